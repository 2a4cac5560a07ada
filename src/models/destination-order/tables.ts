import type {GaiTables, PrefixEntry} from '../../facts/gai-conf.js'
import {inPrefix, isLinkLocal, isMulticast, LOOPBACK, scopeOf} from '../source-address/ip6-address.js'
import type {Address} from './destination.js'

const SCOPE_GLOBAL = 14

/** get_label() of getaddrinfo.c. */
export function labelOf(address: Address, {labels}: GaiTables): number {
  return match(address, labels)
}

/** get_precedence() of getaddrinfo.c. */
export function precedenceOf(address: Address, {precedences}: GaiTables): number {
  return match(address, precedences)
}

/** get_scope() of getaddrinfo.c: of IPv4 addresses by `scopev4`, private ones are global unless it says otherwise. */
export function glibcScopeOf(address: Address, {scopes}: GaiTables): number {
  if (address.family === 4) return match(address, scopes)
  const {bits} = address
  if (isMulticast(bits) || isLinkLocal(bits) || bits === LOOPBACK) return scopeOf(bits)
  // Unlike the kernel's, that of :: is global.
  return Math.max(scopeOf(bits), bits === 0n ? SCOPE_GLOBAL : 0)
}

/** match_prefix(): the tables end with an entry that matches all. */
function match({bits}: Address, table: readonly PrefixEntry[]): number {
  for (const {prefix, length, value} of table) if (inPrefix(bits, prefix, length)) return value
  throw new Error('a table of gai.conf that does not match all')
}
