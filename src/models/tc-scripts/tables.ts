import type {ScriptCommand, ScriptNetns} from '../../facts/tc-scripts/script.js'
import type {Admission, Remark} from '../traffic-control/admission.js'
import {admit} from '../traffic-control/admit.js'
import {parseBatchWords, parseTc} from '../traffic-control/parse.js'
import {emptyState, type TcState} from '../traffic-control/state.js'
import type {ParsedTc} from '../traffic-control/types.js'
import type {TcWord} from '../traffic-control/word.js'

/** The kernel's tables in all network namespaces that commands were run in so far. A value: asking changes nothing. */
export class Tables {
  readonly #states: ReadonlyMap<string, TcState>
  readonly #begin: () => TcState

  constructor(begin: () => TcState, states: ReadonlyMap<string, TcState> = new Map()) {
    this.#begin = begin
    this.#states = states
  }

  /** What the kernel answers to a command, and the tables after it. */
  admit(command: ScriptCommand): {readonly admission: Admission; readonly tables: Tables} {
    const {parsed, device} = parseWords(command)
    const key = namespaceKey(command.netns, parsed)
    const {admission, state} = admit(this.#states.get(key) ?? this.#begin(), parsed)
    const tables =
      state === this.#states.get(key) ? this : new Tables(this.#begin, new Map(this.#states).set(key, state))
    if (device === null || admission.verdict !== 'accepted') return {admission, tables}
    const remark: Remark = {id: 'assumed-device', text: `${device} is taken for a device of its own.`}
    return {admission: {...admission, remarks: [...admission.remarks, remark]}, tables}
  }
}

/** Tables of devices that are fresh, after some commands. */
export function startWith(commands: readonly ScriptCommand[], begin: () => TcState = () => emptyState()): Tables {
  let tables = new Tables(begin)
  for (const command of commands) tables = tables.admit(command).tables
  return tables
}

export function parseCommand(command: ScriptCommand): ParsedTc {
  return parseWords(command).parsed
}

/** `device`: name of the device, if only the run of the script tells what it is. */
function parseWords({words, batch}: ScriptCommand): {readonly parsed: ParsedTc; readonly device: string | null} {
  let device: string | null = null
  const argv = words.map(({word}, index): TcWord => {
    // One value has one name, so the name does for the device.
    if (typeof word === 'string' || index === 0 || words[index - 1]?.word !== 'dev') return word
    device = word.unknown
    return word.unknown
  })
  const texts = argv.filter((word): word is string => typeof word === 'string')
  const parsed = batch && texts.length === argv.length ? parseBatchWords(texts) : parseTc(argv)
  return {parsed, device}
}

/** `tc -n NAME` goes before where it is run. */
function namespaceKey(netns: ScriptNetns, parsed: ParsedTc): string {
  const own = 'netns' in parsed ? parsed.netns : null
  return JSON.stringify(own ?? netns)
}
