import {type Missing, missing} from '../../model/missing.js'
import {parseAddresses} from './addresses.js'
import {orderLinks, parseDeviceOrder} from './device-order.js'
import {parseLabels} from './labels.js'
import {parseLinks} from './links.js'
import type {NetworkLink, NetworkNamespace} from './namespace.js'
import {parseNeighbours} from './neighbours.js'
import {parseRoutes} from './routes.js'
import type {Rows} from './rows.js'
import {parseRules} from './rules.js'
import {parseSettings, settingsOf} from './settings.js'

/** What was asked of one namespace. Options of `ip` are always `-json -details -Numeric`, and `-6` for the last four. */
export interface NetworkTexts {
  /** `ip link show`, or the same text as `addresses`. */
  readonly links: string | Missing
  /** `ip address show`, of one family or of all. */
  readonly addresses: string | Missing
  /** `ip addrlabel list` */
  readonly labels: string | Missing
  /** `ip rule show` */
  readonly rules: string | Missing
  /** `ip route show table all` */
  readonly routes: string | Missing
  /** `ip neigh show` */
  readonly neighbours: string | Missing
  /** /proc/net/igmp6 */
  readonly deviceOrder: string | Missing
  /** `PATH:VALUE` a line for the files of /proc/sys/net/ipv6/conf that `ipv6SettingFiles` names. */
  readonly settings: string | Missing
}

export type NamespaceIdentity = Pick<NetworkNamespace, 'inode' | 'own' | 'names' | 'pids'>

/** A kernel without IPv6 answers some of the commands with errors; that it has none of its files says it all. */
export function parseNamespace(identity: NamespaceIdentity, texts: NetworkTexts): NetworkNamespace {
  if (isAbsent(texts.settings) && isAbsent(texts.deviceOrder)) {
    const lists = {addresses: '[]', labels: '[]', rules: '[]', routes: '[]', neighbours: '[]'}
    return {...parseTexts(identity, {links: texts.links, ...lists, settings: '', deviceOrder: ''}), ipv6: false}
  }
  return parseTexts(identity, texts)
}

function parseTexts(identity: NamespaceIdentity, texts: NetworkTexts): NetworkNamespace {
  const gaps: Missing[] = []
  const read = <T>(part: keyof NetworkTexts, parse: (text: string) => Rows<T>): readonly T[] | null => {
    const text = texts[part]
    if (typeof text !== 'string') {
      if (!gaps.includes(text)) gaps.push(text)
      return null
    }
    const parsed = parse(text)
    if ('rows' in parsed) return parsed.rows
    gaps.push(missing('network', 'invalid', `${part} of ${describe(identity)}: ${parsed.problem}`))
    return null
  }
  const links = read('links', parseLinks)
  const addresses = read('addresses', parseAddresses)
  const settings = parseSettings(textOr(texts.settings, gaps))
  const byIndex = new Map(addresses?.map(({index, addresses}) => [index, addresses]))
  const unordered: NetworkLink[] = (addresses === null ? [] : (links ?? [])).map((link) => ({
    ...link,
    addresses: byIndex.get(link.index) ?? [],
    settings: settingsOf(link.name, settings),
  }))
  const {links: ordered, known} = orderLinks(unordered, parseDeviceOrder(textOr(texts.deviceOrder, gaps)))
  const present = new Set(ordered.map(({index}) => index))
  const strangers = links === null ? [] : [...byIndex.keys()].filter((index) => !present.has(index))
  if (strangers.length > 0) {
    gaps.push(missing('network', 'invalid', `links of ${describe(identity)}: changed while they were read`))
  }
  const linksKnown = links !== null && addresses !== null && strangers.length === 0
  return {
    ...identity,
    links: ordered,
    linkOrderKnown: known,
    ...(linksKnown ? {} : {linksKnown}),
    labels: read('labels', parseLabels),
    rules: read('rules', parseRules),
    routes: read('routes', parseRoutes),
    neighbours: read('neighbours', parseNeighbours),
    all: settings.of('all'),
    gaps,
  }
}

/** How a namespace is called where something about it is said: its name, a process in it, its inode. */
export function describe({own, names, pids, inode}: NamespaceIdentity): string {
  if (own) return 'this network namespace'
  if (names[0] !== undefined) return `network namespace ${names[0]}`
  if (pids[0] !== undefined) return `the network namespace of process ${pids[0]}`
  return `network namespace ${inode ?? 'without a number'}`
}

function isAbsent(text: string | Missing): boolean {
  return typeof text !== 'string' && text.reason === 'absent'
}

function textOr(text: string | Missing, gaps: Missing[]): string {
  if (typeof text === 'string') return text
  gaps.push(text)
  return ''
}
