import {mayUseTc} from '../../sources/network-scripts.js'
import {type EvaluateOptions, evaluateScript} from '../shell/evaluate.js'
import {ShellSource} from '../shell/source.js'
import {known} from '../shell/text.js'
import {batchLines} from './batch.js'
import {tcScriptOf, wordOfValue} from './commands.js'
import type {ScriptCommand, TcScript} from './script.js'

/** Whether a file without a first line of its own is what `tc -batch` reads: its first word is an object of tc. */
export function isBatch(text: string): boolean {
  if (text.startsWith('#!') || mayUseTc(text.replace(/#.*/g, ''))) return false
  const first = /^\s*([a-z]+)\s/m.exec(text.replace(/#.*/g, ''))?.[1]
  return first !== undefined && OBJECTS.some((object) => object.startsWith(first))
}

/** do_cmd() of iproute2's tc/tc.c. */
const OBJECTS = ['qdisc', 'class', 'filter', 'chain', 'actions', 'monitor', 'exec']

export interface ReadOptions extends EvaluateOptions {
  /** It is a batch file, whatever it looks like. */
  readonly batch?: boolean
}

/** What a file does with tc. null: it is written for another interpreter than a shell. */
export function readTcScript(path: string, text: string, options: ReadOptions): TcScript | null {
  if (options.batch ?? isBatch(text)) return batchFile(path, text)
  const evaluation = evaluateScript(path, text, options)
  return evaluation && tcScriptOf(path, 'script', evaluation)
}

/** Beyond it nobody looks. */
const MOST_COMMANDS = 100_000

function batchFile(path: string, text: string): TcScript {
  const source = new ShellSource(path, text)
  const commands: ScriptCommand[] = []
  let truncated: string | null = null
  for (const {words, at} of batchLines([known(text, {source, pos: 0, end: text.length, verbatim: true})])) {
    if (commands.length >= MOST_COMMANDS) {
      truncated = `after ${MOST_COMMANDS} commands`
      break
    }
    commands.push({
      index: commands.length,
      path,
      line: source.lineAt(at),
      calledFrom: null,
      words: words.map(wordOfValue),
      netns: null,
      certain: true,
      why: null,
      fatal: false,
      batch: {number: 0, force: false},
    })
  }
  return {
    path,
    kind: 'batch',
    events: commands.map((command) => ({type: 'command', command})),
    commands,
    unfollowed: [],
    assumptions: [],
    syntaxError: null,
    truncated,
  }
}
