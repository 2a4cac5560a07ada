import type {NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {SourceAnswer} from '../source-address/answer.js'
import {addressOf, type Destination, type DestinationSource} from './destination.js'
import {addressList, type HostAddress, isTunnel, sourceWith} from './host-addresses.js'

/** An IPv6 destination with the source that the kernel would choose: it is what glibc asks the kernel for. */
export function destinationFrom(answer: SourceAnswer, namespace: NetworkNamespace): Destination {
  return {address: answer.dest, source: sourceFrom(answer, namespace)}
}

function sourceFrom({source, unknowns}: SourceAnswer, {links, linksKnown}: NetworkNamespace): Destination['source'] {
  if (unknowns.length > 0) return 'unknown'
  if (source === null) return null
  const {address} = source
  if (linksKnown === false) return {address, deprecated: null, home: null, prefixLength: null, native: null}
  const {sorted} = addressList(links.flatMap(hostAddresses))
  const {bits} = addressOf(address)
  const [first, ...others] = sorted.filter((listed) => listed.bits === bits).map(({of}) => sourceWith(address, of))
  if (!first) return sourceWith(address, undefined)
  // Which of equal addresses is found depends on the IPv4 ones beside them, which are not at hand.
  const agreed = <K extends keyof DestinationSource>(key: K): DestinationSource[K] | null =>
    others.every((other) => other[key] === first[key]) ? first[key] : null
  return {
    address,
    deprecated: agreed('deprecated'),
    home: agreed('home'),
    prefixLength: agreed('prefixLength'),
    native: agreed('native'),
  }
}

function hostAddresses({kind, addresses}: NetworkLink): readonly HostAddress[] {
  const tunnel = isTunnel(kind)
  return addresses.map(({address, peer, prefixLength, deprecated, optimistic, homeAddress: home}) => {
    return {address, peer, prefixLength, deprecated: deprecated || optimistic, home, tunnel}
  })
}
