import type {Ipv6Address} from '../../facts/network/namespace.js'

/** As ip(8) prints an address: `inet6 2001:db8::5/64 dynamic mngtmpaddr valid_lft 3600sec preferred_lft 0sec`. */
export function addressText(address: Ipv6Address): string {
  const {peer, prefixLength, validLifetime, preferredLifetime} = address
  const flags = [
    ...(address.temporary ? ['temporary'] : []),
    ...(address.deprecated ? ['deprecated'] : []),
    ...(address.dadFailed ? ['dadfailed'] : []),
    ...(address.tentative ? ['tentative'] : []),
    ...(address.optimistic ? ['optimistic'] : []),
    ...(address.dynamic ? ['dynamic'] : []),
    ...(address.manageTemporary ? ['mngtmpaddr'] : []),
    ...(address.noPrefixRoute ? ['noprefixroute'] : []),
  ]
  const shown = peer === null ? `${address.address}/${prefixLength}` : `${address.address} peer ${peer}/${prefixLength}`
  return [
    'inet6',
    shown,
    ...flags,
    'valid_lft',
    lifetime(validLifetime),
    'preferred_lft',
    lifetime(preferredLifetime),
  ].join(' ')
}

function lifetime(seconds: number): string {
  return seconds === Number.POSITIVE_INFINITY ? 'forever' : `${seconds}sec`
}
