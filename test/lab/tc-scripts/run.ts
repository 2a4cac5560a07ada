import * as parser from 'unbash'
import {type Evaluation, evaluateScript} from '../../../src/facts/shell/evaluate.js'
import {scratch} from '../../support/lab/scratch.js'
import {compare, type Judgement, knownCommands} from './compare.js'
import {type Case, generateScript} from './generate.js'
import {installStubs, type Ran, runInShell, type ShellName} from './shells.js'

export interface Result {
  readonly script: Case
  readonly shell: ShellName
  readonly ran: readonly Ran[] | 'timeout'
  readonly known: number
  readonly judgement: Judgement
}

export function evaluate(text: string): Evaluation {
  const evaluation = evaluateScript('script', text, {parser})
  if (!evaluation) throw new Error('no shell script')
  return evaluation
}

/** Makes up scripts, runs them for real and holds what they ran against our idea of it. */
export async function runCases(options: {
  readonly seed: number
  readonly cases: number
  readonly only?: number
}): Promise<Result[]> {
  const {dir, remove} = await scratch()
  const results: Result[] = []
  try {
    installStubs(dir)
    const numbers =
      options.only === undefined ? Array.from({length: options.cases}, (_, index) => index) : [options.only]
    for (const index of numbers) {
      const script = generateScript(options.seed, index)
      const evaluation = evaluate(script.text)
      const shells: readonly ShellName[] = script.dialect === 'bash' ? ['bash'] : ['dash', 'bash-as-sh']
      for (const shell of shells) {
        const ran = await runInShell(shell, script.text, dir)
        const judgement: Judgement = ran === 'timeout' ? {verdict: 'open'} : compare(evaluation, ran)
        results.push({script, shell, ran, known: knownCommands(evaluation), judgement})
      }
    }
  } finally {
    await remove()
  }
  return results
}

export function describeResult(seed: number, {script, shell, ran, judgement}: Result): string {
  const why = judgement.verdict === 'different' ? judgement.why : ''
  return `${judgement.verdict} in ${shell}: npm run lab -- tc-scripts --seed ${seed} --only ${script.index}: ${why}
${script.text.replace(/^/gm, '  | ')}
  ran ${JSON.stringify(ran)}`
}

export function summarise(results: readonly Result[]): string {
  const count = (verdict: Judgement['verdict']) => results.filter(({judgement}) => judgement.verdict === verdict).length
  const ran = results.reduce((sum, each) => sum + (each.ran === 'timeout' ? 0 : each.ran.length), 0)
  const known = results.reduce((sum, each) => sum + each.known, 0)
  return `${results.length} runs of ${new Set(results.map(({script}) => script.index)).size} scripts: ${count('same')} as foretold, ${count('open')} with parts that we said cannot be followed, ${count('different')} different. They ran ${ran} commands; ${known} were foretold to the letter and with certainty.`
}
