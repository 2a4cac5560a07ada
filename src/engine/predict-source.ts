import type {Fact} from '../facts/define.js'
import {type FactName, type FactValues, facts} from '../facts/registry.js'
import {UserError} from '../model/user-error.js'
import {createSourcePredictor} from '../models/source-address/predictor.js'
import type {Source} from '../sources/source.js'
import {exitCodes} from './exit-code.js'
import {FactResolver} from './fact-resolver.js'
import {badQuestion, noIpv6, reportOf, type SourceReport, unknownReport} from './predict-source/answer.js'
import {type Chosen, namedNamespace, ownNamespace} from './predict-source/choose-namespace.js'
import {linesOf} from './predict-source/lines.js'
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
    ask(dest) {
      const asked = askAbout(dest, defaults)
      if ('problem' in asked) throw new UserError(`${asked.problem}.`)
      return answer(asked)
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

  function answerLine(line: string, number: number): SourceReport {
    const asked = askByLine(line, defaults)
    return 'problem' in asked ? badQuestion(line, asked.problem, number) : answer(asked)
  }
}

/** Of several answers: what was no question goes before what is not known. No route is an answer like others. */
export function sourceExitCode(before: number, {error, unknowns}: SourceReport): number {
  if (before === exitCodes.usage || error?.code === 'BAD_QUESTION') return exitCodes.usage
  return unknowns === undefined ? before : exitCodes.unknown
}

type Answerer = (asked: Exclude<Asked, {problem: string}>) => SourceReport

function answerer(chosen: Chosen, kernel: FactValues['kernel'] | null): Answerer {
  if ('unknowns' in chosen) return ({dest}) => unknownReport(dest, chosen.unknowns)
  const {network} = chosen
  if (network.ipv6 === false) return ({dest}) => noIpv6(dest)
  const gaps = network.gaps.map(({detail}) => detail)
  const predictor = createSourcePredictor(network, {kernel})
  return ({dest, question}) => {
    const report = reportOf(dest, question, predictor.ask(question))
    // Why something could not be read says more than that it could not.
    return report.unknowns === undefined ? report : {...report, unknowns: [...report.unknowns, ...gaps]}
  }
}
