// Generated from the folders beside this file by `npm run generate`. Do not edit.
import type {AnyChecker} from '../checker.js'
import bootPersistence from './boot-persistence/index.js'
import forkLimit from './fork-limit/index.js'
import ipv6Source from './ipv6-source/index.js'
import tcFilter from './tc-filter/index.js'
import uidCollision from './uid-collision/index.js'
import unitEnvironment from './unit-environment/index.js'

export const checkers: readonly AnyChecker[] = [
  bootPersistence,
  forkLimit,
  ipv6Source,
  tcFilter,
  uidCollision,
  unitEnvironment,
]
