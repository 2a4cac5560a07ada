/** The keys of a u32 selector as tc gathers them (pack_key() in tc/f_u32.c); words may be refused while it does. */
export class U32Keys {
  readonly #keys = new Map<string, {value: number; mask: number}>()

  /** @returns false: contradicts a key at the same place, more than 128 keys, or not at a multiple of 4. */
  add(value: number, mask: number, offset: number, base: number): boolean {
    const key = (value & mask) >>> 0
    const place = `${offset},${base}`
    const old = this.#keys.get(place)
    if (old !== undefined) {
      if (((key ^ old.value) & mask & old.mask) !== 0) return false
      old.value = (old.value | key) >>> 0
      old.mask = (old.mask | mask) >>> 0
      return true
    }
    if (this.#keys.size >= 128 || offset % 4 !== 0) return false
    this.#keys.set(place, {value: key, mask: mask >>> 0})
    return true
  }

  get size(): number {
    return this.#keys.size
  }

  /** u32_hash_fold() of the only key, which `sample` has. */
  get hash(): number {
    const [key] = this.#keys.values()
    if (key === undefined || key.mask === 0) return 0
    const shift = 31 - Math.clz32(key.mask & -key.mask)
    return (key.value & key.mask) >>> shift
  }
}
