import type {Parser} from '../facts/shell/shell.js'
import {readTcScript} from '../facts/tc-scripts/read.js'
import type {TcScript} from '../facts/tc-scripts/script.js'
import {UserError} from '../model/user-error.js'
import {type Judged, judgeScript} from '../models/tc-scripts/judge.js'
import {startWith, type Tables} from '../models/tc-scripts/tables.js'
import {exitCodes} from './exit-code.js'
import {entriesOf, type TcEntry} from './predict-tc/answer.js'
import {type Fix, fixScripts} from './predict-tc/fix.js'
import {createFileReader, readInput} from './predict-tc/read-input.js'

export interface TcQuestion {
  /** `-` is standard input. */
  readonly files: readonly string[]
  /** Script or batch file that makes the state to start from. */
  readonly assume?: string | undefined
  /** They are batch files, whatever they look like. */
  readonly batch: boolean
}

export interface TcAnswer {
  readonly entries: readonly TcEntry[]
  /** What was taken for granted of each file. */
  readonly assumptions: readonly {readonly file: string; readonly text: string}[]
  readonly exitCode: number
}

export interface JudgedScript {
  readonly name: string
  readonly text: string
  readonly script: TcScript
  readonly judged: readonly Judged[]
}

/** Scripts, and what it takes to judge them once more when they are changed. */
export interface JudgedScripts {
  readonly scripts: readonly JudgedScript[]
  readonly parser: Parser
  readonly start: Tables
  readonly batch: boolean
}

/**
 * What the kernel answers to each tc command of some scripts, each by itself. Throws a UserError for a file that cannot
 * be read, or is no shell script, and for commands to start from that are refused themselves.
 */
export async function judgeFiles({files, assume, batch}: TcQuestion): Promise<JudgedScripts> {
  const parser = await import('unbash')
  const options = {parser, ...createFileReader()}
  const start = assume === undefined ? startWith([]) : await assumed(assume, options)
  const scripts: JudgedScript[] = []
  for (const name of files) {
    const text = await readInput(name)
    const script = readTcScript(name, text, {...options, ...(batch ? {batch} : {})})
    if (!script) throw new UserError(`${name} is not for sh or bash: its first line names another interpreter.`)
    scripts.push({name, text, script, judged: judgeScript(script, start)})
  }
  return {scripts, parser, start, batch}
}

export function answerOf({scripts}: JudgedScripts): TcAnswer {
  const entries = scripts.flatMap(({script, judged}) => entriesOf(script, judged))
  const assumptions = scripts.flatMap(({name, script}) =>
    script.assumptions.map((each) => ({
      file: name,
      text: /^\d+$/.test(each.name)
        ? `Argument ${each.name} is taken not to be given (line ${each.line}).`
        : `${each.name} is taken not to be set in the environment (line ${each.line}).`,
    })),
  )
  return {entries, assumptions, exitCode: exitCodeOf(entries)}
}

export function fixFiles(judged: JudgedScripts): Fix {
  return fixScripts(judged.scripts, judged)
}

async function assumed(file: string, options: Parameters<typeof readTcScript>[2]): Promise<Tables> {
  const script = readTcScript(file, await readInput(file), options)
  if (!script) throw new UserError(`${file} is not for sh or bash: its first line names another interpreter.`)
  const judged = judgeScript(script, startWith([]))
  const refused = judged.find(({admission, run}) => admission.verdict === 'rejected' && run !== 'never')
  if (refused) {
    const {line} = refused.command
    throw new UserError(
      `${file}:${line} is refused itself, so it makes no state to start from: ${refused.admission.reason?.text ?? ''}`,
    )
  }
  return startWith(script.commands)
}

/** A refusal goes before what is not known. What is never run counts for neither. */
export function exitCodeOf(entries: readonly TcEntry[]): number {
  const counted = entries.filter(({run}) => run !== 'never')
  if (counted.some(({verdict}) => verdict === 'rejected')) return exitCodes.findings
  return counted.some(({verdict}) => verdict === 'undecided') ? exitCodes.unknown : exitCodes.clean
}
