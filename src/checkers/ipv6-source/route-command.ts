import type {Ipv6Route} from '../../facts/network/namespace.js'

const MAIN_TABLE = 254

/** As ip(8) prints a route and takes it: `2::/64 via 1::1 dev eth0 proto static metric 1024 src 1::5`. */
export function routeText(route: Ipv6Route): string {
  const {prefsrc, expires, preference} = route
  return [
    ...selectors(route),
    ...route.nexthops.flatMap(({via, dev}) => [...(via ? ['via', via] : []), ...(dev ? ['dev', dev] : [])]),
    ...attributes(route),
    ...(prefsrc ? ['src', prefsrc] : []),
    ...(expires === null ? [] : ['expires', `${expires}sec`]),
    'pref',
    preference,
  ].join(' ')
}

/** `2::/64` or `default`, for people. */
export function destinationText({dst}: Ipv6Route): string {
  return dst.length === 0 ? 'default' : `${dst.address}/${dst.length}`
}

/**
 * The command that gives a route another `src`, or none. null: it has several next hops, or the kernel made it of an
 * advertisement and will make it anew.
 */
export function routeArgv(route: Ipv6Route, src: string | null): readonly string[] | null {
  const [nexthop, ...others] = route.nexthops
  if (!nexthop?.dev || others.length > 0 || route.expires !== null || route.protocol === 'ra') return null
  return [
    ...['ip', '-6', 'route', 'replace'],
    ...selectors(route),
    ...(nexthop.via ? ['via', nexthop.via] : []),
    ...['dev', nexthop.dev],
    ...(nexthop.flags.includes('onlink') ? ['onlink'] : []),
    ...attributes(route),
    ...(src ? ['src', src] : []),
    ...(route.preference === 'medium' ? [] : ['pref', route.preference]),
  ]
}

function selectors(route: Ipv6Route): string[] {
  return [destinationText(route), ...(route.src ? ['from', `${route.src.address}/${route.src.length}`] : [])]
}

function attributes({table, metric, protocol}: Ipv6Route): string[] {
  return [
    ...(table === MAIN_TABLE ? [] : ['table', String(table)]),
    ...(protocol === null || protocol === 'boot' ? [] : ['proto', protocol]),
    ...['metric', String(metric)],
  ]
}
