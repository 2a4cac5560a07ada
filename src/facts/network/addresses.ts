import type {Ipv6Address} from './namespace.js'
import {addressProtocol} from './numbers.js'
import {isAddress} from './prefix.js'
import {hasFlag, mapRows, type Row, type Rows, readRows} from './rows.js'

/** INFINITY_LIFE_TIME of RFC 4862: 0xffffffff. */
const FOREVER = 0xffff_ffff

/** Of one device, in the order of the kernel's list. */
export interface LinkAddresses {
  readonly index: number
  readonly addresses: readonly Ipv6Address[]
}

/** `ip -j -d -6 address show`: devices without an IPv6 address may be left out. */
export function parseAddresses(text: string): Rows<LinkAddresses> {
  return mapRows(readRows(text), (row) => {
    const {ifindex: index, addr_info: info = []} = row
    if (typeof index !== 'number' || !Array.isArray(info)) return undefined
    const read = mapRows(readRows(JSON.stringify(info)), toAddress)
    return 'problem' in read ? undefined : {index, addresses: read.rows}
  })
}

/** null: of another family. */
function toAddress(row: Row): Ipv6Address | null | undefined {
  if (row.family === 'inet') return null
  const valid = lifetime(row.valid_life_time)
  const preferred = lifetime(row.preferred_life_time)
  const {local, address: peer, prefixlen} = row
  if (row.family !== 'inet6' || !isAddress(local) || typeof prefixlen !== 'number') return undefined
  if (valid === undefined || preferred === undefined || (peer !== undefined && !isAddress(peer))) return undefined
  return {
    address: local,
    peer: peer ?? null,
    prefixLength: prefixlen,
    // IFA_F_SECONDARY is IFA_F_TEMPORARY; print_ifa_flags() calls it by the name that fits the family.
    temporary: hasFlag(row, 'temporary'),
    deprecated: hasFlag(row, 'deprecated'),
    tentative: hasFlag(row, 'tentative'),
    optimistic: hasFlag(row, 'optimistic'),
    dadFailed: hasFlag(row, 'dadfailed'),
    homeAddress: hasFlag(row, 'home'),
    dynamic: hasFlag(row, 'dynamic'),
    manageTemporary: hasFlag(row, 'mngtmpaddr'),
    noPrefixRoute: hasFlag(row, 'noprefixroute'),
    validLifetime: valid,
    preferredLifetime: preferred,
    protocol: addressProtocol(row.protocol),
  }
}

function lifetime(value: unknown): number | undefined {
  if (value === 'forever') return Number.POSITIVE_INFINITY
  if (typeof value !== 'number') return undefined
  return value === FOREVER ? Number.POSITIVE_INFINITY : value
}
