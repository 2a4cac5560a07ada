import type {Fact} from '../facts/define.js'
import {type FactName, type FactValues, facts} from '../facts/registry.js'
import {UserError} from '../model/user-error.js'
import type {Destination} from '../models/destination-order/destination.js'
import {destinationFrom} from '../models/destination-order/from-namespace.js'
import {createSourcePredictor} from '../models/source-address/predictor.js'
import type {Source} from '../sources/source.js'
import {exitCodes} from './exit-code.js'
import {FactResolver} from './fact-resolver.js'
import {badQuestion, noIpv6, reportOf, type SourceReport, unknownReport} from './predict-source/answer.js'
import {type Chosen, namedNamespace, ownNamespace} from './predict-source/choose-namespace.js'
import {linesOf} from './predict-source/lines.js'
import {ipv4ToOrder, ipv6ToOrder, type OrderReport, orderReportOf} from './predict-source/order.js'
import {type Asked, askAbout, askByLine, type SourceDefaults} from './predict-source/question.js'

export interface SourceRequest {
  /** null: the network namespace that netdoctor runs in. */
  readonly netns: string | null
  readonly defaults: SourceDefaults
}

/** Answers questions about one network namespace, which was read once. */
export interface SourceService {
  /** Throws a UserError for what is no IPv6 destination. */
  ask(dest: string): SourceReport
  /** In which order getaddrinfo() returns them, the addresses of one name. Throws a UserError for what is no address. */
  order(dests: readonly string[]): Promise<OrderReport>
  /** A question a line, as `askByLine` takes them; the answers to what came in together. Empty lines are passed over. */
  askEach(stream: AsyncIterable<Buffer | string>): AsyncGenerator<readonly SourceReport[]>
}

/** Throws a UserError if the host has no such network namespace. */
export async function prepareSources(source: Source, {netns, defaults}: SourceRequest): Promise<SourceService> {
  const resolver = new FactResolver(source)
  const get = <Name extends FactName>(name: Name) => resolver.get(facts[name]) as Promise<Fact<FactValues[Name]>>
  const [chosen, kernel] = await Promise.all([
    netns === null
      ? get('ownNetwork').then(ownNamespace)
      : Promise.all([get('network'), get('processes'), get('containers')]).then(([networks, processes, containers]) =>
          namedNamespace(netns, {networks, processes, containers}),
        ),
    get('kernel'),
  ])
  const answer = answerer(chosen, kernel.known ? kernel.value : null)
  return {
    ask: (dest) => answer(question(dest)).report,
    async order(dests) {
      const asked = dests.map((dest) => {
        const ipv4 = ipv4ToOrder(dest)
        if (ipv4) return ipv4
        const {report, destination} = answer(question(dest))
        return ipv6ToOrder(destination(), report)
      })
      return orderReportOf(asked, await get('gaiConf'), netns !== null)
    },
    async *askEach(stream) {
      for await (const lines of linesOf(stream)) {
        const reports: SourceReport[] = []
        for (const {number, text} of lines) {
          if (text === null) reports.push(badQuestion('', 'the line is too long for a question', number))
          else if (text.trim() !== '') reports.push(answerLine(text.trim(), number))
        }
        if (reports.length > 0) yield reports
      }
    },
  }

  function question(dest: string): Question {
    const asked = askAbout(dest, defaults)
    if ('problem' in asked) throw new UserError(`${asked.problem}.`)
    return asked
  }

  function answerLine(line: string, number: number): SourceReport {
    const asked = askByLine(line, defaults)
    return 'problem' in asked ? badQuestion(line, asked.problem, number) : answer(asked).report
  }
}

/** Of several answers: what was no question goes before what is not known. No route is an answer like others. */
export function sourceExitCode(before: number, {error, unknowns}: SourceReport): number {
  if (before === exitCodes.usage || error?.code === 'BAD_QUESTION') return exitCodes.usage
  return unknowns === undefined ? before : exitCodes.unknown
}

/** 3 if the order is not known. */
export function orderExitCode({order}: OrderReport): number {
  return order === null ? exitCodes.unknown : exitCodes.clean
}

type Question = Exclude<Asked, {problem: string}>

interface Answered {
  readonly report: SourceReport
  /** The same for the order of destinations, where that is asked for. */
  destination(): Destination
}

function answerer(chosen: Chosen, kernel: FactValues['kernel'] | null): (question: Question) => Answered {
  if ('unknowns' in chosen) {
    return ({dest, question: {dest: address}}) => {
      return {report: unknownReport(dest, chosen.unknowns), destination: () => ({address, source: 'unknown'})}
    }
  }
  const {network} = chosen
  if (network.ipv6 === false) {
    return ({dest, question: {dest: address}}) => {
      return {report: noIpv6(dest), destination: () => ({address, source: null})}
    }
  }
  const gaps = network.gaps.map(({detail}) => detail)
  const predictor = createSourcePredictor(network, {kernel})
  return ({dest, question}) => {
    const answer = predictor.ask(question)
    const report = reportOf(dest, question, answer)
    return {
      // Why something could not be read says more than that it could not.
      report: report.unknowns === undefined ? report : {...report, unknowns: [...report.unknowns, ...gaps]},
      destination: () => destinationFrom(answer, network),
    }
  }
}
