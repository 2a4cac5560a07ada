import type {Ipv6Address, NetworkLink} from '../../facts/network/namespace.js'
import {type Ip6, parseIp6, prefixBits} from '../../models/source-address/ip6-address.js'
import {isUnfinished} from './addresses.js'

/** The addresses of a link that have one prefix in common. */
export interface SharedPrefix {
  readonly length: number
  readonly bits: bigint
  /** The one to use for good: static rather than announced, public rather than temporary; null: none is usable. */
  readonly best: Ipv6Address | null
}

/** The prefixes of a link's addresses, for telling quickly which of them an address is in. */
export class LinkPrefixes {
  readonly #byLength = new Map<number, Map<string, SharedPrefix>>()

  constructor({addresses}: NetworkLink) {
    for (const address of addresses) {
      const network = parseIp6(address.peer ?? address.address)
      const length = address.prefixLength
      // An address alone says nothing of its neighbours.
      if (network === null || length >= 128) continue
      const bits = prefixBits(network, length)
      const ofLength = this.#byLength.get(length) ?? new Map<string, SharedPrefix>()
      const best = better(ofLength.get(keyOf(bits))?.best ?? null, address)
      this.#byLength.set(length, ofLength.set(keyOf(bits), {length, bits, best}))
    }
  }

  /** Prefixes that hold an address. */
  around(address: Ip6): SharedPrefix[] {
    return [...this.#byLength].flatMap(([length, ofLength]) => {
      const found = ofLength.get(keyOf(prefixBits(address, length)))
      return found ? [found] : []
    })
  }
}

/** V8 hashes a bigint by its lowest 64 bits alone. */
function keyOf(bits: bigint): string {
  return bits.toString(16)
}

function better(one: Ipv6Address | null, other: Ipv6Address): Ipv6Address | null {
  if (isUnfinished(other) || other.deprecated) return one
  return one === null || rank(other) < rank(one) ? other : one
}

function rank({temporary, dynamic}: Ipv6Address): number {
  return temporary ? 2 : dynamic ? 1 : 0
}
