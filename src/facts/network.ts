import {type Missing, missing} from '../model/missing.js'
import type {NetworkAsk} from '../sources/records.js'
import {type Container, containersFact} from './containers.js'
import {defineFact, known, unknown} from './define.js'
import type {NetworkNamespace} from './network/namespace.js'
import {describe, type NetworkTexts, parseNamespace} from './network/parse.js'
import {type NamespaceAnswers, parseNetworkRecords, textOf} from './network/records.js'

export interface Networks {
  /** The network namespace that netdoctor ran in. */
  readonly own: NetworkNamespace
  /** Those that could be looked into; the gaps of the fact name those that could not. */
  readonly others: readonly NetworkNamespace[]
}

/** The network namespace that netdoctor ran in, alone: it costs one command. */
export const ownNetworkFact = defineFact({
  name: 'ownNetwork',
  inputs: ['network'],
  derive({network: raw}) {
    if (raw.status === 'missing') return unknown(raw)
    const {namespaces, gaps} = parseNetworkRecords('network', raw)
    const [own] = namespaces.filter(({identity}) => identity.own)
    if (!own) return unknown(...gaps, missing('network', 'invalid', 'holds nothing of the own network namespace'))
    const namespace = toNamespace('network', own)
    return known<NetworkNamespace>(namespace, [...gaps, ...namespace.gaps])
  },
})

/** All network namespaces. Names of containers are there where they are known, and decide nothing. */
export const networkFact = defineFact({
  name: 'network',
  inputs: ['network-namespaces'],
  uses: {own: ownNetworkFact, containers: containersFact},
  derive({'network-namespaces': raw}, {own, containers}) {
    if (!own.known) return unknown(...own.missing)
    const names = containersByInode(containers.known ? containers.value.containers : [])
    const named = (namespace: NetworkNamespace): NetworkNamespace => {
      const inside = names.get(String(namespace.inode))
      return inside ? {...namespace, containers: inside} : namespace
    }
    if (raw.status === 'missing') return known<Networks>({own: named(own.value), others: []}, [...own.gaps, raw])
    const {namespaces, gaps} = parseNetworkRecords('network-namespaces', raw)
    const others = namespaces.map((each) => named(toNamespace('network-namespaces', each)))
    return known<Networks>({own: named(own.value), others}, [
      ...own.gaps,
      ...gaps,
      ...others.flatMap((each) => each.gaps),
    ])
  },
})

function toNamespace(input: string, {identity, answers}: NamespaceAnswers): NetworkNamespace {
  const byAsk = new Map(answers.map((answer) => [answer.ask, answer]))
  const of = (ask: NetworkAsk): string | Missing => {
    const answer = byAsk.get(ask)
    const text = answer ? textOf(input, answer) : missing(input, 'not-collected', `${ask} were not asked for`)
    return typeof text === 'string' ? text : {...text, detail: `${text.detail} (in ${describe(identity)})`}
  }
  const addresses = of('addresses')
  const texts: NetworkTexts = {
    links: addresses,
    addresses,
    labels: of('labels'),
    rules: of('rules'),
    routes: of('routes'),
    neighbours: of('neighbours'),
    deviceOrder: of('deviceOrder'),
    settings: of('settings'),
  }
  return parseNamespace(identity, texts)
}

function containersByInode(containers: readonly Container[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const {name, ns} of containers) {
    if (ns.net === undefined) continue
    const known = names.get(ns.net)
    if (known) known.push(name)
    else names.set(ns.net, [name])
  }
  return names
}
