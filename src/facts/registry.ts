import {hostAccountsFact} from './accounts.js'
import {avahiFact} from './avahi.js'
import type {Fact, FactValue} from './define.js'
import {hostFact} from './host.js'
import {kernelFact} from './kernel.js'
import {loginManagerFact} from './login-manager.js'
import {pamLimitsFact} from './pam-limits.js'
import {servicesFact} from './services.js'
import {subordinateIdsFact} from './subordinate-ids.js'

/** Every fact a checker may ask for, by name. */
export const facts = {
  host: hostFact,
  kernel: kernelFact,
  hostAccounts: hostAccountsFact,
  subordinateIds: subordinateIdsFact,
  loginManager: loginManagerFact,
  services: servicesFact,
  pamLimits: pamLimitsFact,
  avahi: avahiFact,
} as const

export type FactName = keyof typeof facts
export type FactValues = {readonly [Name in FactName]: FactValue<(typeof facts)[Name]>}
export type FactsByName = {readonly [Name in FactName]: Fact<FactValues[Name]>}
