import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import {parseNamespace} from '../../../src/facts/network/parse.js'
import type {SourceAnswer, SourceQuestion} from '../../../src/models/source-address/answer.js'
import {parseIp6} from '../../../src/models/source-address/ip6-address.js'
import type {SourcePredictor} from '../../../src/models/source-address/predictor.js'
import type {KernelAnswer, Measured, Preference, RouteReply} from './conductor.js'
import type {Configuration, LabQuestion} from './configuration.js'
import type {RouteGet, RoutePredictor} from './model.js'

export interface Comparison {
  readonly compared: number
  /** Answers that say they are unknown; what the kernel did was among the possibilities. */
  readonly unknown: number
  readonly unknowns: readonly string[]
  readonly rules: readonly string[]
  readonly differences: readonly string[]
}

export interface Predictions {
  readonly source: SourcePredictor['ask']
  readonly routes: RoutePredictor
}

const PREFERENCES: readonly Preference[] = ['none', 'temporary', 'public']

export function namespaceOf({texts}: Measured): NetworkNamespace {
  return parseNamespace({inode: 1, own: false, names: ['lab'], pids: []}, texts)
}

/** Holds predictions against what the kernel answered. */
export function compare({questions}: Configuration, {answers}: Measured, {source, routes}: Predictions): Comparison {
  const differences: string[] = []
  const unknowns: string[] = []
  const rules: string[] = []
  let compared = 0
  let unknown = 0
  questions.forEach((question, index) => {
    const real = answers[index]
    if (real === undefined) throw new Error('fewer answers than questions')
    const routeProblem = compareRoutes(question, real, routes)
    if (routeProblem !== null) differences.push(`${describe(question)}: ${routeProblem}`)
    for (const preference of PREFERENCES) {
      compared++
      const answer = source(questionOf(question, preference))
      const problem = compareConnect(answer, real.connect[preference])
      if (problem !== null) differences.push(`${describe(question)} prefer ${preference}: ${problem}`)
      if (answer.unknowns.length > 0) {
        unknown++
        unknowns.push(...answer.unknowns)
      } else rules.push(answer.rule ?? answer.error?.code ?? 'not known')
    }
  })
  return {compared, unknown, unknowns, rules, differences}
}

export function questionOf({dest, oif, zone, mark}: LabQuestion, preference: Preference): SourceQuestion {
  const device = oif ?? zone
  return {
    dest,
    uid: 0,
    ...(device === undefined ? {} : {oif: device}),
    ...(mark === undefined ? {} : {mark}),
    ...(preference === 'none' ? {} : {prefer: preference}),
  }
}

function compareConnect(
  answer: SourceAnswer,
  real: {readonly source?: string; readonly errno?: string},
): string | null {
  const truth = real.errno ?? same(real.source)
  if (answer.unknowns.length > 0) {
    const possible = answer.possible?.map((each) => ('code' in each ? each.code : same(each.address)))
    if (possible?.includes(truth)) return null
    return `possible ${possible?.join(', ')}, really ${real.errno ?? real.source}`
  }
  const predicted = answer.error?.code ?? same(answer.source?.address)
  if (predicted === truth) return null
  return `predicted ${answer.error?.code ?? `${answer.source?.address} by ${answer.rule}`}, really ${real.errno ?? real.source}`
}

/** Types of routes by their number in rtnetlink. */
const TYPES = ['', 'unicast', 'local', '', 'anycast', 'multicast']

function compareRoutes(question: LabQuestion, real: KernelAnswer, routes: RoutePredictor): string | null {
  const possible = routes(questionOf(question, 'none')).map((route) => routeProblem(route, real))
  return possible.includes(null) ? null : (possible[0] ?? null)
}

function routeProblem(answer: RouteGet, {get, match}: KernelAnswer): string | null {
  const real = get.errno ?? ''
  const predicted = 'error' in answer ? answer.error.code : ''
  if (predicted !== real) return `route: predicted ${routeText(answer)}, really ${JSON.stringify(get)}`
  if ('error' in answer) return null
  const {route, dev, via} = answer.route
  // What the kernel shows may be another route of the same nexthop object (see SharedNextHops).
  const ofRoute = [
    ...unequal('table', route.table, get.table),
    ...unequal('type', route.type, TYPES[get.type ?? 0]),
    ...unequal('metric', route.metric, get.metric),
    ...unequal('destination', `${same(route.dst.address)}/${route.dst.length}`, destinationOf(match)),
    ...unequal('source prefix', route.src?.length ?? 0, match.srcLength),
  ]
  const problems = [
    ...(route.nexthopId === undefined ? ofRoute : []),
    ...unequal('next hop', `${same(via)} dev ${dev}`, `${same(get.via)} dev ${get.dev}`),
    ...unequal('source', same(answer.source?.address), same(get.prefsrc)),
  ]
  return problems.length === 0 ? null : `route: ${problems.join(', ')} (${JSON.stringify(get)})`
}

function destinationOf({dst, dstLength}: RouteReply): string {
  return `${same(dst ?? '::')}/${dstLength}`
}

function unequal(what: string, predicted: unknown, real: unknown): readonly string[] {
  return predicted === real ? [] : [`${what}: predicted ${predicted}, really ${real}`]
}

/** Addresses are written in more than one way. */
function same(address: string | null | undefined): string {
  return address === null || address === undefined ? 'none' : String(parseIp6(address))
}

function describe({dest, oif, zone, mark}: LabQuestion): string {
  return [
    dest,
    ...(oif === undefined ? [] : ['oif', oif]),
    ...(zone === undefined ? [] : ['zone', zone]),
    ...(mark === undefined ? [] : ['mark', mark]),
  ].join(' ')
}

function routeText(answer: RouteGet): string {
  if ('error' in answer) return answer.error.code
  const {route, dev, via} = answer.route
  return `${route.dst.address}/${route.dst.length} via ${via} dev ${dev} table ${route.table} metric ${route.metric}`
}
