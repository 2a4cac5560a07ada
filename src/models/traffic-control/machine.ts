import type {AdmitOptions} from './admission.js'
import {undecided} from './refusal.js'
import {type Block, type Device, newBlock, newQdisc, type Qdisc} from './tables.js'
import {ROOT} from './types.js'

/** The tables of one network namespace, and the clock by which doubts are dated. */
export class Machine {
  readonly devices = new Map<string, Device>()
  readonly blocks = new Map<number, Block>()
  /** Counts commands. */
  now = 1
  /** Why nothing of any device is known; null: it is. */
  doubt: string | null = null
  readonly options: AdmitOptions
  /** Kind of the default discipline by device; null: not known. */
  readonly #defaultKind: (device: string) => string | null

  constructor(options: AdmitOptions, defaultKind: (device: string) => string | null) {
    this.options = options
    this.#defaultKind = defaultKind
  }

  device(name: string): Device {
    const known = this.devices.get(name)
    if (known !== undefined) return known
    const device = {
      name,
      ingress: null,
      ingressQueue: false,
      byMajor: new Map(),
      automatic: 0,
      rootDoubt: this.doubt,
      ingressDoubt: this.doubt,
      classDoubt: {since: 0, why: ''},
      filterDoubt: {since: 0, why: ''},
    }
    // The root refers to its device.
    const made: Device = Object.assign(device, {root: undefined as unknown as Qdisc})
    made.root = this.defaultRoot(made)
    this.devices.set(name, made)
    return made
  }

  defaultRoot(device: Device): Qdisc {
    const kind = this.#defaultKind(device.name)
    return newQdisc(device, {kind, handle: 0, automatic: false, parent: ROOT, born: this.now})
  }

  newBlock(qdisc: Qdisc): Block {
    return newBlock(0, qdisc, this.now)
  }

  /** Nothing is known of any device any more. */
  doubtEverything(why: string): void {
    this.doubt = why
    for (const device of this.devices.values()) {
      device.rootDoubt = why
      device.ingressDoubt = why
    }
    for (const block of this.blocks.values()) block.doubt = why
  }
}

/** Major numbers that qdisc_alloc_handle() gives. */
export function mayBeAutomatic(handle: number): boolean {
  const major = Math.floor(handle / 0x10000)
  return major >= 0x8000 && major <= 0xfffe
}

/** qdisc_lookup(): by the major number of a handle. null: there is none. */
export function lookupQdisc(device: Device, handle: number): Qdisc | null {
  const major = Math.floor(handle / 0x10000)
  if (major === 0) return null
  const {root} = device
  if (device.rootDoubt === null && !root.automatic && root.handle === major * 0x10000) return root
  if (device.rootDoubt !== null) undecided('not-known', device.rootDoubt)
  const found = device.byMajor.get(major)
  if (found !== undefined) {
    if (device.classDoubt.since > found.born) undecided('not-known', device.classDoubt.why)
    return found
  }
  if (device.classDoubt.since > root.born && major !== 0xffff) undecided('not-known', device.classDoubt.why)
  if (device.automatic > 0 && mayBeAutomatic(handle))
    undecided(
      'automatic-handle',
      `${device.name} has a queueing discipline whose handle the kernel chose, and ${major.toString(16)}: may be it.`,
    )
  if (major !== 0xffff) return null
  if (device.ingressDoubt !== null) undecided('not-known', device.ingressDoubt)
  return device.ingress
}
