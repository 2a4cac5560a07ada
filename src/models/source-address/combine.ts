import type {Candidate, ChosenRoute, SourceAnswer, SourceError} from './answer.js'
import type {Explored} from './assumptions.js'
import type {Connected} from './connect.js'
import type {Reached} from './lookup.js'
import type {Path} from './route-table.js'
import {shownCandidate} from './select-source.js'

/** Results with the same key are the same to who connects. */
export function keyOf(connected: Connected): string {
  return 'error' in connected ? `error ${connected.error.code}` : `from ${sourceOf(connected).address}`
}

export function unknownAnswer(dest: string, unknowns: readonly string[]): SourceAnswer {
  return {dest, source: null, rule: null, runnerUp: null, route: null, error: null, unknowns}
}

/** One answer out of what came of all assumptions. */
export function answerOf(dest: string, {first, others, open}: Explored<Connected>): SourceAnswer {
  const answer = single(dest, first)
  if (others.length === 0) return answer
  const all = [answer, ...others.map((other) => single(dest, other))]
  const route = all.every((each) => each.route?.route === answer.route?.route) ? answer.route : null
  if (open.length > 0) return {...unknownAnswer(dest, open), route, possible: possibleOf([first, ...others])}
  const sameRule = all.every((each) => JSON.stringify(decisionOf(each)) === JSON.stringify(decisionOf(answer)))
  return {...answer, route, ...(sameRule ? {} : {rule: null, runnerUp: null})}
}

function decisionOf({rule, runnerUp}: SourceAnswer): unknown {
  return [rule, runnerUp]
}

function possibleOf(all: readonly Connected[]): readonly (Candidate | SourceError)[] {
  const different = new Map(all.map((each) => [keyOf(each), each]))
  return [...different.values()].map((each) => ('error' in each ? each.error : sourceOf(each)))
}

function single(dest: string, connected: Connected): SourceAnswer {
  const route = connected.route && shownRoute(connected.route)
  if ('error' in connected) {
    return {dest, source: null, rule: null, runnerUp: null, route, error: connected.error, unknowns: []}
  }
  const {source} = connected
  const common = {dest, source: sourceOf(connected), route, error: null, unknowns: []}
  if (!('chosen' in source)) return {...common, rule: 'route-src', runnerUp: null}
  const runnerUp = source.runnerUp && {
    candidate: shownCandidate(source.runnerUp.candidate),
    lostBy: source.runnerUp.lostBy,
  }
  return {...common, rule: source.rule, runnerUp}
}

export function sourceOf({source, route}: Exclude<Connected, {error: unknown}>): Candidate {
  if ('chosen' in source) return shownCandidate(source.chosen)
  return source.own ? shownCandidate(source.own) : {address: source.address, dev: route.dev, prefixLength: 128}
}

export function shownRoute({path, among, rule, dev}: Reached): ChosenRoute {
  const shown: ChosenRoute = {route: path.route, rule, dev, via: path.via}
  return among.length < 2 ? shown : {...shown, among: among.map(nextHop)}
}

function nextHop({device, via, route}: Path): {dev: string; via: string | null} {
  return {dev: device?.name ?? route.nexthops[0]?.dev ?? 'lo', via}
}
