import type {Ipv6Route, NetworkNamespace} from '../../facts/network/namespace.js'
import type {FindingDraft} from '../../model/finding.js'
import {groupBy} from '../shared/lists.js'
import {heldAddresses, isUnfinished} from './addresses.js'
import {duplicateSubject} from './duplicates.js'
import {routeArgv, routeText} from './route-command.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

const words = wording['route-source-unusable']
const MOST_REMEDIES = 3

/** Routes whose `src` is not (yet) an address of this host; one finding for each such address. */
export function* unusableRouteSources(network: NetworkNamespace): Generator<FindingDraft<Rule>> {
  const held = groupBy(heldAddresses(network), ({address}) => address.address)
  const withSource = (network.routes ?? []).filter((route) => route.prefsrc !== null && isAlive(route))
  for (const [address, uses] of groupBy(withSource, ({prefsrc}) => prefsrc ?? '')) {
    const holders = held.get(address) ?? []
    if (holders.some((holder) => !isUnfinished(holder.address))) continue
    const [holder] = holders
    const state = !holder ? 'absent' : holder.address.dadFailed ? 'duplicate' : 'tentative'
    yield {
      rule: 'route-source-unusable',
      subject: {kind: 'address', name: address},
      severity: state === 'tentative' ? 'notice' : 'error',
      confidence: 'certain',
      summary: words.summary(address, uses, state, holder?.link.name ?? null),
      why: state === 'tentative' ? words.whyTentative : words.why,
      evidence: uses.slice(0, MOST_REMEDIES).map((route) => ({source: 'ip -6 route', excerpt: routeText(route)})),
      remediation: [
        ...(state === 'absent'
          ? [{title: words.assign(address), kind: 'manual', safety: 'safe', persistent: true} as const]
          : []),
        ...uses.slice(0, MOST_REMEDIES).map((route) => {
          const argv = routeArgv(route, null)
          const title = words.without(route)
          return argv
            ? ({title, kind: 'command', argv, safety: 'safe', persistent: false} as const)
            : ({title, kind: 'manual', safety: 'safe', persistent: true} as const)
        }),
      ],
      ...(holder && state === 'duplicate'
        ? {causedBy: {id: 'ipv6-source/address-duplicate', subject: duplicateSubject(holder, holders.length)}}
        : {}),
    }
  }
}

/** One whose devices are all down carries nothing. */
function isAlive({nexthops}: Ipv6Route): boolean {
  return nexthops.some(({flags}) => !flags.includes('dead'))
}
