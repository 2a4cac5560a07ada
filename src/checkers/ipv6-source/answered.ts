import type {Peer} from '../../facts/peers.js'
import type {SourceCase} from './cases.js'

/**
 * Ways on which packets do come back: a TCP connection that is established got its answers. `DEV VIA LOCAL`, the next
 * hop of connections to each peer, and the local address that they have.
 */
export function answeredWays(cases: readonly SourceCase[], peers: readonly Peer[]): ReadonlySet<string> {
  const byAddress = new Map(cases.map((one) => [one.destination.address, one]))
  const ways = new Set<string>()
  for (const {protocol, local, remote} of peers) {
    const one = protocol === 'tcp' ? byAddress.get(remote) : undefined
    if (one) ways.add(wayOf(one, local))
  }
  return ways
}

export function isAnswered(one: SourceCase, ways: ReadonlySet<string>): boolean {
  return one.source !== null && ways.has(wayOf(one, one.source.address.address))
}

function wayOf({dev, via, destination}: SourceCase, local: string): string {
  return `${dev.name} ${via ?? destination.address} ${local}`
}
