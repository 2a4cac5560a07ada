import type {Fact, FactValue} from './define.js'
import {hostFact} from './host.js'
import {kernelFact} from './kernel.js'

/** Every fact a checker may ask for, by name. */
export const facts = {
  host: hostFact,
  kernel: kernelFact,
} as const

export type FactName = keyof typeof facts
export type FactValues = {readonly [Name in FactName]: FactValue<(typeof facts)[Name]>}
export type FactsByName = {readonly [Name in FactName]: Fact<FactValues[Name]>}
