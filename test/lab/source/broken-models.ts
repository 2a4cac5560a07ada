import type {NetworkLink, NetworkNamespace} from '../../../src/facts/network/namespace.js'
import type {DecidingRule, SourceQuestion} from '../../../src/models/source-address/answer.js'
import {commonPrefixLength} from '../../../src/models/source-address/ip6-address.js'
import {SOURCE_RULES, type SourceRule} from '../../../src/models/source-address/source-rules.js'

/** A wrong idea of the kernel. The configurations are worth something only if they tell it from the right one. */
export interface BrokenModel {
  readonly title: string
  readonly rules?: readonly SourceRule[]
  network?(network: NetworkNamespace): NetworkNamespace
  question?(question: SourceQuestion): SourceQuestion
}

export const brokenModels: readonly BrokenModel[] = [
  ...SOURCE_RULES.filter(({name}) => name !== 'home-address').map(({name}) => ({
    title: `the rule ${name} is not asked`,
    rules: SOURCE_RULES.filter((rule) => rule.name !== name),
  })),
  {title: 'labels are asked before the outgoing interface', rules: swapped('outgoing-interface', 'label')},
  {title: 'privacy is asked before labels', rules: swapped('label', 'privacy')},
  {title: 'the longest prefix is asked before privacy', rules: swapped('privacy', 'longest-prefix')},
  {title: 'deprecation is asked before scope', rules: swapped('scope', 'not-deprecated')},
  {
    title: 'a common prefix may be longer than that of the address',
    rules: replaced('longest-prefix', ({bits}, {dest}) => commonPrefixLength(bits, dest)),
  },
  {
    title: 'a common prefix ends at 64 bits, as RFC 6724 has it',
    rules: replaced('longest-prefix', ({bits}, {dest}) => Math.min(64, commonPrefixLength(bits, dest))),
  },
  {
    title: 'the largest scope is the best',
    rules: replaced('scope', ({scope}) => scope),
  },
  {
    title: 'use_tempaddr of the outgoing interface decides',
    rules: replaced('privacy', ({shown, device}, {prefer, out}) => {
      const wants = prefer ?? (((out ?? device).link.settings.useTempaddr ?? 0) >= 2 ? 'temporary' : 'public')
      return Number(shown.temporary === (wants === 'temporary'))
    }),
  },
  {
    title: 'use_tempaddr of 1 prefers temporary addresses',
    network: links((link) => ({
      ...link,
      settings: {...link.settings, useTempaddr: link.settings.useTempaddr === 1 ? 2 : link.settings.useTempaddr},
    })),
  },
  {
    title: 'sockets have no preferences',
    question: ({prefer: _, ...question}) => question,
  },
  {
    title: 'of equals the oldest address is taken',
    network: links((link) => ({...link, addresses: link.addresses.toReversed()})),
  },
  {
    title: 'devices are looked at by index',
    network: (network) => ({...network, links: network.links.toSorted((a, b) => a.index - b.index)}),
  },
  {
    title: 'addresses of devices that are down do not count',
    network: links((link) => (link.up ? link : {...link, addresses: []})),
  },
  {
    title: 'addresses of lo do not count',
    network: links((link) => (link.loopback ? {...link, addresses: []} : link)),
  },
  {title: 'tentative addresses count', network: addresses((address) => ({...address, tentative: false}))},
  {title: 'optimistic addresses are tentative', network: addresses((address) => ({...address, optimistic: false}))},
  {
    title: 'optimistic addresses are as good as any',
    rules: SOURCE_RULES.filter(({name}) => name !== 'not-optimistic').map((rule) =>
      rule.name === 'not-deprecated'
        ? {...rule, fit: ({shown, alwaysPreferred}) => Number(alwaysPreferred || !shown.deprecated)}
        : rule,
    ),
  },
  {
    title: 'use_optimistic has no effect',
    network: links((link) => ({...link, settings: {...link.settings, useOptimistic: 0}})),
  },
  {
    title: 'use_oif_addrs_only has no effect',
    network: links((link) => ({...link, settings: {...link.settings, useOifAddrsOnly: 0}})),
  },
  {
    title: 'use_oif_addrs_only of all counts',
    network: (network) =>
      network.all.useOifAddrsOnly === 1
        ? links((link) => ({...link, settings: {...link.settings, useOifAddrsOnly: 1}}))(network)
        : network,
  },
  {
    title: 'labels are those that the kernel comes with',
    network: (network) => ({
      ...network,
      labels: (network.labels ?? []).filter(({dev, label}) => dev === null && label < 77 && label !== 1),
    }),
  },
  {
    title: 'labels of devices are labels of all',
    network: (network) => ({...network, labels: (network.labels ?? []).map((label) => ({...label, dev: null}))}),
  },
  {title: 'src of a route is not asked', network: routes((route) => ({...route, prefsrc: null}))},
  {
    title: 'metrics do not matter, the last route wins',
    network: (network) => ({...network, routes: (network.routes ?? []).toReversed().map((r) => ({...r, metric: 0}))}),
  },
  {title: 'the preference of routers does not matter', network: routes((route) => ({...route, preference: 'medium'}))},
  {title: 'routes ask for no source', network: routes((route) => ({...route, src: null}))},
  {
    title: 'throw ends the lookup',
    network: routes((route) => (route.type === 'throw' ? {...route, type: 'unreachable'} : route)),
  },
  {
    title: 'routes without a carrier count',
    network: routes((route) => ({...route, nexthops: route.nexthops.map((hop) => ({...hop, flags: []}))})),
  },
  {title: 'routers that do not answer are routers', network: (network) => ({...network, neighbours: []})},
  {
    title: 'routers ask whether routers answer',
    network: (network) => ({...network, all: {...network.all, forwarding: 0}}),
  },
  {
    title: 'hosts do not ask whether routers answer',
    network: (network) => ({...network, all: {...network.all, forwarding: 1}}),
  },
  {title: 'from of a policy rule is met before there is a source', network: rules((rule) => ({...rule, src: null}))},
  {title: 'to of a policy rule does not matter', network: rules((rule) => ({...rule, dst: null}))},
  {title: 'oif of a policy rule does not matter', network: rules((rule) => ({...rule, oif: null}))},
  {title: 'iif of a policy rule does not matter', network: rules((rule) => ({...rule, iif: null}))},
  {title: 'the mask of a mark does not matter', network: rules((rule) => ({...rule, fwmask: null}))},
  {title: 'not is not heard', network: rules((rule) => ({...rule, not: false}))},
  {title: 'nothing is suppressed', network: rules((rule) => ({...rule, suppressPrefixLength: null}))},
  {title: 'goto goes to the next rule', network: rules((rule) => ({...rule, goto: null}))},
  {
    title: 'policy rules that say prohibit are passed over',
    network: rules((rule) => (rule.action === 'prohibit' ? {...rule, action: 'nop'} : rule)),
  },
  {title: 'the device that a socket is bound to does not matter', question: ({oif: _, ...question}) => question},
  {title: 'marks do not matter', question: ({mark: _, ...question}) => question},
]

function swapped(a: DecidingRule, b: DecidingRule): readonly SourceRule[] {
  const named = (name: DecidingRule) => SOURCE_RULES.filter((rule) => rule.name === name)
  return SOURCE_RULES.flatMap((rule) => (rule.name === a ? named(b) : rule.name === b ? named(a) : [rule]))
}

function replaced(name: DecidingRule, fit: SourceRule['fit']): readonly SourceRule[] {
  return SOURCE_RULES.map((rule) => (rule.name === name ? {name, fit} : rule))
}

type Change<T> = (value: T) => T

function links(change: Change<NetworkLink>): Change<NetworkNamespace> {
  return (network) => ({...network, links: network.links.map(change)})
}

function addresses(change: Change<NetworkLink['addresses'][number]>): Change<NetworkNamespace> {
  return links((link) => ({...link, addresses: link.addresses.map(change)}))
}

function routes(change: Change<NonNullable<NetworkNamespace['routes']>[number]>): Change<NetworkNamespace> {
  return (network) => ({...network, routes: (network.routes ?? []).map(change)})
}

function rules(change: Change<NonNullable<NetworkNamespace['rules']>[number]>): Change<NetworkNamespace> {
  return (network) => ({...network, rules: (network.rules ?? []).map(change)})
}
