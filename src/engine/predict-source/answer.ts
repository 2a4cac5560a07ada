import type {Prefix} from '../../facts/network/namespace.js'
import type {ChosenRoute, SourceAnswer, SourceError, SourceQuestion} from '../../models/source-address/answer.js'
import {becauseOf} from './because.js'

/** What `predict source` says about one destination. */
export interface SourceReport {
  /** As it was asked for. */
  readonly dest: string
  /** null: there is none (`error`), or it is not known (`unknowns`). */
  readonly source: string | null
  /** The device that has it. */
  readonly dev: string | null
  /** The rule that decided against the runner-up; null also where that depends on what is not known. */
  readonly rule: SourceAnswer['rule']
  readonly why: string | null
  readonly runnerUp: {readonly address: string; readonly dev: string; readonly lostBy: SourceAnswer['rule']} | null
  readonly route: ReportedRoute | null
  /** Of connect(2): its errno. `BAD_QUESTION`: it is no question. */
  readonly error?: {readonly code: SourceError['code'] | 'EAFNOSUPPORT' | 'BAD_QUESTION'; readonly why: string}
  readonly unknowns?: readonly string[]
  /** With `unknowns`: addresses and errors that may come out. */
  readonly possible?: readonly string[]
  /** Of standard input, where it is no question. */
  readonly line?: number
}

export interface ReportedRoute {
  readonly type: string
  readonly table: number
  /** `2001:db8::/32` */
  readonly dst: string
  readonly via: string | null
  readonly dev: string
  readonly metric: number
  readonly prefsrc: string | null
  /** Priority of the policy rule that led to the table. */
  readonly policyRule: number
  /** Next hops of which the hash of the flow picks one: `via` and `dev` are those of the first. */
  readonly among?: readonly {readonly dev: string; readonly via: string | null}[]
}

export function reportOf(asked: string, question: SourceQuestion, answer: SourceAnswer): SourceReport {
  const {source, rule, runnerUp, route, error, unknowns, possible} = answer
  return {
    dest: asked,
    source: source?.address ?? null,
    dev: source?.dev ?? null,
    rule,
    why: becauseOf(question, answer),
    runnerUp: runnerUp && {
      address: runnerUp.candidate.address,
      dev: runnerUp.candidate.dev,
      lostBy: runnerUp.lostBy,
    },
    route: route && reportedRoute(route),
    ...(error === null ? {} : {error}),
    ...(unknowns.length === 0 ? {} : {unknowns}),
    ...(possible === undefined ? {} : {possible: possible.map((each) => ('code' in each ? each.code : each.address))}),
  }
}

/** Nothing can be said about it at all. */
export function unknownReport(asked: string, unknowns: readonly string[]): SourceReport {
  return {...nothing(asked), unknowns}
}

/** socket(2) fails. */
export function noIpv6(asked: string): SourceReport {
  return {...nothing(asked), error: {code: 'EAFNOSUPPORT', why: 'this kernel has no IPv6: no socket can be opened'}}
}

export function badQuestion(asked: string, why: string, line: number): SourceReport {
  return {...nothing(asked), error: {code: 'BAD_QUESTION', why}, line}
}

function nothing(dest: string): SourceReport {
  return {dest, source: null, dev: null, rule: null, why: null, runnerUp: null, route: null}
}

function reportedRoute({route, rule, dev, via, among}: ChosenRoute): ReportedRoute {
  const {type, table, dst, metric, prefsrc} = route
  const shown = {type, table, dst: prefixText(dst), via, dev, metric, prefsrc, policyRule: rule.priority}
  return among ? {...shown, among} : shown
}

function prefixText({address, length}: Prefix): string {
  return `${address}/${length}`
}
