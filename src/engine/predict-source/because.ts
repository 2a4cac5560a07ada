import type {Candidate, DecidingRule, SourceAnswer, SourceQuestion} from '../../models/source-address/answer.js'
import {commonPrefixLength, parseIp6} from '../../models/source-address/ip6-address.js'

/** What the two addresses differ in, as the end of a sentence. `other` is the runner-up. */
type Wording = (chosen: Candidate, other: Candidate, question: SourceQuestion) => string

/** Rules of ipv6_get_saddr_eval() by the number that RFC 6724 gives them, section 5. */
const wordings: Readonly<Record<Exclude<DecidingRule, 'route-src' | 'only-candidate'>, Wording>> = {
  'same-address': ({address}) => `${address} is the destination itself (rule 1, prefer same address)`,
  scope: (_, {address}) => `the scope of ${address} fits the destination less well (rule 2, prefer appropriate scope)`,
  'not-deprecated': (_, {address}) =>
    `${address} is deprecated, or optimistic and not to be used yet (rule 3, avoid deprecated addresses)`,
  'home-address': ({address}) => `${address} is a home address (rule 4, prefer home addresses)`,
  'outgoing-interface': ({dev}, {address, dev: other}) =>
    `the packet leaves by ${dev}, and ${address} is on ${other} (rule 5, prefer outgoing interface)`,
  label: (_, {address}) =>
    `the label of ${address} is not that of the destination, see ip addrlabel (rule 6, prefer matching label)`,
  privacy: ({dev}, {address}, {prefer}) => {
    const who =
      prefer === undefined ? `net.ipv6.conf.${dev}.use_tempaddr prefers it` : `the socket prefers ${prefer} addresses`
    return `${who} to ${address} (rule 7, prefer temporary or public addresses)`
  },
  orchid: (_, {address}) =>
    `one of ${address} and the destination is an ORCHID and the other is not (a rule of the kernel's own, before rule 8)`,
  'longest-prefix': (chosen, other, {dest}) => {
    const [mine, others] = [sharedBits(chosen, dest), sharedBits(other, dest)]
    return `it has ${mine} leading bits in common with the destination, ${other.address} has ${others}, counted up to its prefix length (rule 8, use longest matching prefix)`
  },
  'not-optimistic': (_, {address}) =>
    `${address} is optimistic: its duplicate address detection has not ended (the kernel's last rule)`,
  'first-in-order': (chosen, {address, dev}) => {
    const order =
      chosen.dev === dev
        ? 'of one interface the latest comes first'
        : 'interfaces in the order in which they came to the namespace'
    return `all rules find ${address} as good, and the kernel takes the first that it sees (${order})`
  },
}

/** Why it is this address, in one sentence without its end. null: there is none, or what decides is not known. */
export function becauseOf(question: SourceQuestion, {source, rule, runnerUp, route}: SourceAnswer): string | null {
  if (source === null || rule === null) return null
  if (rule === 'route-src') {
    return `the route says so: src ${route?.route.prefsrc ?? source.address}. No rule of address selection is asked`
  }
  if (rule === 'only-candidate' || runnerUp === null) return 'no other address could be used'
  return wordings[rule](source, runnerUp.candidate, question)
}

/** ipv6_get_saddr_eval() counts no more than belong to the candidate's prefix. */
function sharedBits({address, prefixLength}: Candidate, dest: string): number {
  const [a, b] = [parseIp6(address), parseIp6(dest)]
  return a === null || b === null ? 0 : Math.min(commonPrefixLength(a, b), prefixLength)
}
