import type {Parser} from '../../facts/shell/shell.js'
import {readTcScript} from '../../facts/tc-scripts/read.js'
import {applyEdits} from '../../models/tc-scripts/fix/apply.js'
import {isClash} from '../../models/tc-scripts/fix/classes.js'
import {proposeFix} from '../../models/tc-scripts/fix/propose.js'
import {judgeScript} from '../../models/tc-scripts/judge.js'
import {parseCommand, type Tables} from '../../models/tc-scripts/tables.js'
import {exitCodes} from '../exit-code.js'
import type {JudgedScript} from '../predict-tc.js'
import {entriesOf, type TcEntry} from './answer.js'
import {createFileReader} from './read-input.js'
import {unifiedDiff} from './unified-diff.js'

export interface Fix {
  readonly patches: readonly {readonly file: string; readonly patch: string}[]
  /** Clashes of priorities that no change of a number sets right. */
  readonly unfixable: readonly {readonly file: string; readonly line: number; readonly why: string}[]
  /** What is refused, or not decided, with the patches applied. */
  readonly remaining: readonly TcEntry[]
  readonly exitCode: number
}

interface Context {
  readonly parser: Parser
  readonly start: Tables
  readonly batch: boolean
}

/** The smallest change of priorities with which the kernel takes the scripts, as patches, and what it takes not even then. */
export function fixScripts(scripts: readonly JudgedScript[], context: Context): Fix {
  const patches: {file: string; patch: string}[] = []
  const unfixable: {file: string; line: number; why: string}[] = []
  const remaining: TcEntry[] = []
  for (const one of scripts) {
    const {readFile} = createFileReader()
    const textOf = (path: string) => (path === one.name ? one.text : readFile(path))
    const proposal = proposeFix(one.judged, parseCommand, textOf)
    const changed = applyEdits(proposal.edits, textOf)
    const after = readTcScript(one.name, changed.get(one.name) ?? one.text, {
      parser: context.parser,
      readFile: (path) => changed.get(path) ?? readFile(path),
      ...(context.batch ? {batch: true} : {}),
    })
    const judged = after ? judgeScript(after, context.start) : []
    const clashes = judged.filter(isClash)
    const before = one.judged.filter(isClash)
    for (const {clash, why} of proposal.unfixable) {
      unfixable.push({file: one.name, line: clash.uses[0]?.judged.command.line ?? 0, why})
    }
    if (clashes.length > proposal.unfixable.length && clashes.length >= before.length) {
      // It is no better than before: nothing is proposed.
      for (const {command} of before) {
        unfixable.push({
          file: command.path,
          line: command.line,
          why: 'no change of numbers was found that the kernel takes',
        })
      }
      remaining.push(...entriesOf(one.script, one.judged).filter(isLeft))
      continue
    }
    for (const [path, text] of changed) patches.push({file: path, patch: unifiedDiff(path, textOf(path) ?? '', text)})
    if (after) remaining.push(...entriesOf(after, judged).filter(isLeft))
  }
  const rejected = remaining.some(({verdict}) => verdict === 'rejected')
  const exitCode = rejected ? exitCodes.findings : remaining.length > 0 ? exitCodes.unknown : exitCodes.clean
  return {patches, unfixable, remaining, exitCode}
}

function isLeft({verdict, run}: TcEntry): boolean {
  return verdict !== 'accepted' && run !== 'never'
}
