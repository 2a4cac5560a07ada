import type {Ipv6Route, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {DecidingRule, SourceAnswer} from '../../models/source-address/answer.js'
import {type Held, heldAddresses} from './addresses.js'
import type {Destination} from './destinations.js'

/** What the kernel would send to a destination, with the parts of the answer looked up. */
export interface SourceCase {
  readonly destination: Destination
  readonly answer: SourceAnswer
  readonly route: Ipv6Route
  /** The device that packets leave through. */
  readonly dev: NetworkLink
  readonly via: string | null
  /** null: there is no address at all that could be one. */
  readonly source: Held | null
  readonly rule: DecidingRule | null
}

/** Cases of answers that name a route out of this host; others have no source to judge. */
export function casesOf(
  network: NetworkNamespace,
  answers: readonly {readonly destination: Destination; readonly answer: SourceAnswer}[],
): SourceCase[] {
  const byName = new Map(network.links.map((link) => [link.name, link]))
  const byAddress = new Map(heldAddresses(network).map((held) => [`${held.link.name} ${held.address.address}`, held]))
  return answers.flatMap(({destination, answer}) => {
    const {route, source, error, rule} = answer
    const dev = byName.get(route?.dev ?? '')
    // Through a link without carrier nothing goes anywhere, like over the bridge of no containers.
    if (!route || !dev?.up || !dev.carrier || dev.loopback || route.route.type !== 'unicast') return []
    if (!source && error?.code !== 'EADDRNOTAVAIL') return []
    const held = source ? (byAddress.get(`${source.dev} ${source.address}`) ?? null) : null
    // A source that no link holds is one of `src` of the route, which has a rule of its own.
    if (source && !held) return []
    return [{destination, answer, route: route.route, dev, via: route.via, source: held, rule}]
  })
}
