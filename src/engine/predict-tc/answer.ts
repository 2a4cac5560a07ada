import type {ScriptCommand, ScriptNetns, TcScript} from '../../facts/tc-scripts/script.js'
import type {Judged, Run} from '../../models/tc-scripts/judge.js'
import type {EraMessage, Remark, Verdict} from '../../models/traffic-control/admission.js'

/** One command, and what the kernel answers. */
export interface TcEntry {
  readonly file: string
  readonly line: number
  /** Line that calls the function it stands in; null: it stands in none. */
  readonly calledFrom: number | null
  /** As it is run; what only the run tells as it is written. */
  readonly command: string
  /** null: that of who runs the script. */
  readonly netns: string | null
  readonly verdict: Verdict
  /** null: accepted. */
  readonly reason: string | null
  readonly reasonId: string | null
  /** Kernel function that decides. */
  readonly where: string | null
  readonly errno: string | null
  /** What tc prints; `kernel` null: whatever the kernel. */
  readonly messages: readonly EraMessage[]
  readonly remarks: readonly string[]
  /** `never`: the script does not get there. */
  readonly run: Run
  /** Why it is not run for sure. */
  readonly condition: string | null
  /** Priority that the kernel chooses. */
  readonly chosenPrio: number | null
}

/** The answers to all commands of a script, and to what in it could not be followed. In order of execution. */
export function entriesOf(script: TcScript, judged: readonly Judged[]): TcEntry[] {
  const entries = judged.map(entryOf)
  const {path, unfollowed, syntaxError, truncated} = script
  for (const {path: file, line, what} of unfollowed) {
    entries.push({...NOT_KNOWN, file, line, command: what, reason: 'What is run there is not known.'})
  }
  if (syntaxError) {
    const {line, message} = syntaxError
    const reason = `A shell ends here: ${message}. Nothing behind this line is run.`
    entries.push({...NOT_KNOWN, file: path, line, command: 'a syntax error', reason, reasonId: 'syntax-error'})
  }
  if (truncated !== null) {
    const reason = `It is not followed any further: ${truncated}.`
    entries.push({
      ...NOT_KNOWN,
      file: path,
      line: entries.at(-1)?.line ?? 1,
      command: 'the rest',
      reason,
      reasonId: 'truncated',
    })
  }
  return entries
}

const NOT_KNOWN = {
  calledFrom: null,
  netns: null,
  verdict: 'undecided',
  reasonId: 'not-followed',
  where: null,
  errno: null,
  messages: [],
  remarks: [],
  run: 'maybe',
  condition: null,
  chosenPrio: null,
} as const

function entryOf({command, admission, run, why}: Judged): TcEntry {
  const {verdict, reason, messages, remarks, chosenPrio} = admission
  return {
    file: command.path,
    line: command.line,
    calledFrom: command.calledFrom,
    command: commandText(command),
    netns: netnsText(command.netns),
    verdict,
    reason: reason?.text ?? null,
    reasonId: reason?.id ?? null,
    where: reason?.where ?? null,
    errno: reason?.errno ?? null,
    messages,
    remarks: remarks.map(({text}: Remark) => text),
    run,
    condition: why,
    chosenPrio,
  }
}

/** The command line; words that hold blanks in quotes, so that they can be told apart. */
export function commandText({words, batch}: ScriptCommand): string {
  const all = words.map(({word}) => (typeof word === 'string' ? quoted(word) : word.unknown))
  return (batch ? all : ['tc', ...all]).join(' ')
}

function quoted(word: string): string {
  return /^[^\s'"]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function netnsText(netns: ScriptNetns): string | null {
  return netns === null || typeof netns === 'string' ? netns : netns.unknown
}
