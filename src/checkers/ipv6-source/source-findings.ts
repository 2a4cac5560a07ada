import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {SysctlAssignment} from '../../facts/sysctl-files.js'
import type {Evidence, FindingDraft, FindingRef, Remediation} from '../../model/finding.js'
import {groupBy, listed} from '../shared/lists.js'
import {prefixText} from './addresses.js'
import type {SourceCase} from './cases.js'
import {addressText} from './evidence.js'
import type {SourceVerdict} from './judge-source.js'
import {fitSource, type Predict} from './off-prefix.js'
import {destinationText, routeText} from './route-command.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

export interface JudgedCase {
  readonly one: SourceCase
  readonly verdict: SourceVerdict
}

/** Cases with the same fault of the same source on the same way. */
interface Group {
  readonly verdict: SourceVerdict
  readonly first: SourceCase
  readonly cases: readonly SourceCase[]
}

export interface Surroundings {
  readonly network: NetworkNamespace
  readonly predict: Predict
  /** What sysctl.d asks for. */
  readonly files: readonly SysctlAssignment[]
  readonly translates: boolean | null
  /** What is reported of a link, and has its addresses run out. */
  readonly causeOf: (link: string) => FindingRef | null
}

const MOST_EXAMPLES = 3
const gravity = {error: 0, warning: 1, notice: 2} as const

/** One finding for each source that is wrong on one way, however many destinations there are. */
export function* sourceFindings(
  judged: readonly JudgedCase[],
  surroundings: Surroundings,
): Generator<FindingDraft<Rule>> {
  const {translates, causeOf} = surroundings
  const groups = groupBy(judged, ({one, verdict}) => keyOf(one, verdict.rule))
  for (const members of groups.values()) {
    const cases = members.map(({one}) => one)
    const [gravest] = [...members].sort((a, b) => gravity[a.verdict.severity] - gravity[b.verdict.severity])
    const [first] = cases
    if (!gravest || !first) continue
    const group = {verdict: gravest.verdict, first: gravest.one, cases}
    const cause = gravest.verdict.rule === 'source-deprecated' ? causeOf(first.source?.link.name ?? '') : null
    yield {
      rule: gravest.verdict.rule,
      subject: {kind: 'source address', name: subjectOf(group)},
      severity: gravest.verdict.severity,
      confidence: gravest.verdict.confidence,
      ...textOf(group, translates),
      evidence: evidenceOf(group),
      remediation: remediesOf(group, surroundings),
      ...(cause ? {causedBy: cause} : {}),
      ...(gravest.verdict.quiet ? {quiet: true} : {}),
    }
  }
}

/** A deprecated address or a unique local one is that wherever packets go; elsewhere the next hop counts. */
function keyOf({dev, via, source}: SourceCase, rule: Rule): string {
  if (rule === 'source-not-global') return `${rule} ${dev.name}`
  const address = `${rule} ${source?.address.address}`
  if (rule === 'source-deprecated' || rule === 'source-unique-local') return address
  return `${address} ${dev.name} ${via ?? ''}`
}

function subjectOf({verdict, first}: Group): string {
  const {source, dev, via} = first
  if (verdict.rule === 'source-not-global') return `on ${dev.name}`
  const address = source?.address.address ?? ''
  if (verdict.rule === 'source-deprecated' || verdict.rule === 'source-unique-local') return address
  return `${address} ${via === null ? `on ${dev.name}` : `to ${via} on ${dev.name}`}`
}

function textOf({verdict, first, cases}: Group, translates: boolean | null): {summary: string; why: string} {
  const {source, dev, via, rule} = first
  const routes = [...new Map(cases.map(({route}) => [destinationText(route), route])).values()]
  const address = source?.address.address ?? null
  switch (verdict.rule) {
    case 'source-off-prefix': {
      const words = wording['source-off-prefix']
      const {fitting} = verdict
      if (!fitting || !source || address === null) break
      return {
        summary: words.summary({
          routes,
          source: address,
          temporary: source.address.temporary,
          hop: via,
          prefix: prefixText(fitting),
          fitting: fitting.address,
        }),
        why: words.why(dev.name, rule),
      }
    }
    case 'source-other-interface': {
      const words = wording['source-other-interface']
      if (!source || address === null) break
      const cutOff = !source.link.up || !source.link.carrier
      return {summary: words.summary(routes, dev.name, address, source.link.name, cutOff), why: words.why}
    }
    case 'source-deprecated': {
      const words = wording['source-deprecated']
      if (!source || address === null) break
      const {validLifetime} = source.address
      return {summary: words.summary(address, source.link.name, validLifetime), why: words.why}
    }
    case 'source-unique-local': {
      const words = wording['source-unique-local']
      if (address === null) break
      const {global} = verdict
      return global
        ? {
            summary: words.other(address, dev.name, global.address.address, global.link.name),
            why: words.whyOther(translates),
          }
        : {summary: words.summary(address, dev.name), why: words.why(translates)}
    }
    default:
  }
  const words = wording['source-not-global']
  return {
    summary: source ? words.summary(routes, dev.name, address) : words.none(routes),
    why: words.why,
  }
}

function evidenceOf({cases, first}: Group): Evidence[] {
  const {source, dev} = first
  const routes = [...new Set(cases.map(({route}) => route))].slice(0, MOST_EXAMPLES)
  const destinations = cases.map(({destination}) => destination.address)
  return [
    ...routes.map((route) => ({source: 'ip -6 route', excerpt: routeText(route)})),
    ...(source ? [{source: `ip -6 addr show dev ${source.link.name}`, excerpt: addressText(source.address)}] : []),
    {
      source: `ip -6 route get ${destinations[0]}`,
      excerpt: `${listed(destinations)}: ${source ? `source ${source.address.address}` : 'no source'}, through ${dev.name}`,
    },
  ]
}

function remediesOf({verdict, first, cases}: Group, surroundings: Surroundings): Remediation[] {
  const {source, dev} = first
  switch (verdict.rule) {
    case 'source-off-prefix':
      return verdict.fitting ? fitSource(cases, verdict.fitting, surroundings) : []
    case 'source-deprecated': {
      const words = wording['source-deprecated']
      if (!source) return []
      const {address, prefixLength, dynamic} = source.address
      if (dynamic) return [manual(words.renew(source.link.name))]
      const argv = ['ip', '-6', 'addr', 'change', `${address}/${prefixLength}`, 'dev', source.link.name]
      const forever = ['valid_lft', 'forever', 'preferred_lft', 'forever']
      return [{title: words.prefer, kind: 'command', argv: [...argv, ...forever], safety: 'safe', persistent: false}]
    }
    case 'source-unique-local':
      return [manual(wording['source-unique-local'].assign(dev.name))]
    case 'source-other-interface':
      return [manual(wording['source-other-interface'].assign(dev.name))]
    default:
      return [manual(wording['source-not-global'].assign(dev.name))]
  }
}

function manual(title: string): Remediation {
  return {title, kind: 'manual', safety: 'safe', persistent: true}
}
