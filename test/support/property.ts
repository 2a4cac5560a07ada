import fc from 'fast-check'

/**
 * Checks a property over many made-up values. A failure prints its seed; NETDOCTOR_SEED=<seed>
 * repeats that run.
 */
export function holdsForAll<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, numRuns = 300): void {
  const seed = process.env.NETDOCTOR_SEED
  fc.assert(property, {numRuns, ...(seed === undefined ? {} : {seed: Number(seed)})})
}
