import {defineFact, known} from './define.js'
import type {NetworkLink, NetworkNamespace} from './network/namespace.js'
import {networkFact} from './network.js'

/** Which devices of a network namespace IPv6 packets can leave through. */
export interface DeviceFamilies {
  readonly own: boolean
  readonly inode: number | null
  /** Devices with a global IPv6 address, or a route that is no link-local one; null: not known. */
  readonly withIpv6: ReadonlySet<string> | null
  /** Kind as `ip link` has it: `ifb`, `bridge`, ...; null for hardware. */
  readonly kinds: ReadonlyMap<string, string | null>
  /** Bridge or bond that a device belongs to. */
  readonly masters: ReadonlyMap<string, string>
}

/** Always known: that a namespace could not be looked into is a question only where something depends on it. */
export const deviceFamiliesFact = defineFact({
  name: 'deviceFamilies',
  inputs: [],
  uses: {network: networkFact},
  derive(_, {network}) {
    if (!network.known) return known<readonly DeviceFamilies[]>([])
    return known([network.value.own, ...network.value.others].map(familiesOf))
  },
})

function familiesOf(namespace: NetworkNamespace): DeviceFamilies {
  const {own, inode, links} = namespace
  const byIndex = new Map(links.map((link) => [link.index, link.name]))
  const masters = links.flatMap(({name, master}) => {
    const of = master === null ? undefined : byIndex.get(master)
    return of === undefined ? [] : [[name, of] as const]
  })
  return {
    ...{own, inode},
    withIpv6:
      links.length === 0 ? null : new Set([...links.filter(hasGlobal).map(({name}) => name), ...routed(namespace)]),
    kinds: new Map(links.map(({name, kind}) => [name, kind])),
    masters: new Map(masters),
  }
}

function hasGlobal({addresses, loopback}: NetworkLink): boolean {
  return !loopback && addresses.some(({address, dadFailed}) => !dadFailed && !/^(fe[89ab]|::1$|ff)/i.test(address))
}

function routed({routes}: NetworkNamespace): string[] {
  return (routes ?? []).flatMap(({type, dst, nexthops}) => {
    if (type !== 'unicast' || /^(fe[89ab]|ff)/i.test(dst.address)) return []
    return nexthops.flatMap(({dev}) => (dev === null || dev === 'lo' ? [] : [dev]))
  })
}
