import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {FindingDraft, Subject} from '../../model/finding.js'
import {groupBy} from '../shared/lists.js'
import {type Held, heldAddresses, isLinkLocalText} from './addresses.js'
import {addressText} from './evidence.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

const words = wording['address-duplicate']

/** Addresses that failed duplicate address detection. A temporary one is a notice: the kernel makes another. */
export function* duplicateAddresses(network: NetworkNamespace): Generator<FindingDraft<Rule>> {
  const held = heldAddresses(network)
  const holders = groupBy(held, ({address}) => address.address)
  for (const {address, link} of held) {
    if (!address.dadFailed) continue
    const linkLocal = isLinkLocalText(address.address)
    yield {
      rule: 'address-duplicate',
      subject: duplicateSubject({address, link}, holders.get(address.address)?.length ?? 1),
      severity: address.temporary ? 'notice' : 'error',
      confidence: 'certain',
      summary: words.summary(address.address, link.name, linkLocal),
      why: words.why,
      evidence: [{source: `ip -6 addr show dev ${link.name}`, excerpt: addressText(address)}],
      remediation: [
        {title: words.find(address.address, link.name), kind: 'manual', safety: 'safe', persistent: true},
        {
          title: words.remove,
          kind: 'command',
          argv: ['ip', '-6', 'addr', 'del', `${address.address}/${address.prefixLength}`, 'dev', link.name],
          safety: 'safe',
          persistent: false,
        },
      ],
    }
  }
}

/**
 * With the link, where that alone tells two of them apart.
 *
 * @param holders how many links have the address
 */
export function duplicateSubject({address, link}: Held, holders: number): Subject {
  const alone = holders === 1 && !isLinkLocalText(address.address)
  return {kind: 'address', name: alone ? address.address : `${address.address}%${link.name}`}
}
