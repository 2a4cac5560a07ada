import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {FindingDraft} from '../../model/finding.js'
import {heldAddresses, isLinkLocalText} from './addresses.js'
import {addressText} from './evidence.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

const words = wording['address-duplicate']

/** Addresses that failed duplicate address detection. A temporary one is a notice: the kernel makes another. */
export function* duplicateAddresses(network: NetworkNamespace): Generator<FindingDraft<Rule>> {
  for (const {address, link} of heldAddresses(network)) {
    if (!address.dadFailed) continue
    const linkLocal = isLinkLocalText(address.address)
    yield {
      rule: 'address-duplicate',
      // The same link-local address may fail on two links.
      subject: {kind: 'address', name: linkLocal ? `${address.address}%${link.name}` : address.address},
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
