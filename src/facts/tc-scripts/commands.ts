import type {TcWord} from '../../models/traffic-control/word.js'
import type {Evaluation} from '../shell/evaluate.js'
import type {Netns, ShellCommand} from '../shell/recorder.js'
import type {Span} from '../shell/source.js'
import {type Field, type Origin, type Piece, shownText, textOf, type Value} from '../shell/text.js'
import {batchLines} from './batch.js'
import type {Decider, ScriptCommand, ScriptEvent, ScriptNetns, ScriptWord, TcScript} from './script.js'

/** What an evaluated script does with tc. */
export function tcScriptOf(path: string, kind: TcScript['kind'], evaluation: Evaluation): TcScript {
  const reader = new CommandReader()
  for (const event of evaluation.events) {
    if (event.type === 'command') reader.command(event.command)
    else if (event.type === 'split') {
      reader.events.push({type: 'split', on: event.on === null ? null : (reader.deciders.get(event.on) ?? null)})
    } else reader.events.push(event)
  }
  const {unfollowed, assumptions, syntaxError, truncated} = evaluation
  return {
    path,
    kind,
    events: reader.events,
    commands: reader.commands,
    unfollowed: [...unfollowed, ...reader.unfollowed],
    assumptions,
    syntaxError,
    truncated,
  }
}

class CommandReader {
  readonly events: ScriptEvent[] = []
  readonly commands: ScriptCommand[] = []
  readonly unfollowed: {readonly path: string; readonly line: number; readonly what: string}[] = []
  readonly deciders = new Map<number, Decider>()
  readonly #names = new UnknownNames()
  #batches = 0

  command(command: ShellCommand): void {
    const words = command.words.slice(1)
    const {batch, force, netns} = batchOption(words)
    if (!batch) {
      const {index} = this.#add(
        command,
        words.map((field) => new FieldWord(field, this.#names)),
        {
          line: command.line,
          netns: netnsOf(command.netns),
          batch: null,
        },
      )
      this.deciders.set(command.index, [index])
      return
    }
    if (command.stdin === null) {
      const what = `tc -batch ${shownText(batch.pieces)}: not known what it says`
      this.unfollowed.push({path: command.path, line: command.line, what})
      return
    }
    const number = this.#batches++
    const decider: number[] = []
    for (const {words: values} of batchLines(command.stdin)) {
      const origin = values.flatMap((value) => value.flatMap((piece) => piece.origin ?? []))[0]
      const {index} = this.#add(
        command,
        values.map((pieces) => new FieldWord({pieces, maySplit: false, glob: false}, this.#names)),
        {
          line: origin ? origin.source.lineAt(origin.pos) : command.line,
          path: origin?.source.path,
          netns: netns ?? netnsOf(command.netns),
          batch: {number, force},
        },
      )
      decider.push(index)
    }
    this.events.push({type: 'batch-end', number})
    this.deciders.set(command.index, decider)
  }

  #add(
    {path, calledFrom, certain, why, fatal}: ShellCommand,
    words: readonly ScriptWord[],
    place: Pick<ScriptCommand, 'line' | 'netns' | 'batch'> & {readonly path?: string | undefined},
  ): ScriptCommand {
    const {line, netns, batch} = place
    const index = this.commands.length
    const command = {index, path: place.path ?? path, line, calledFrom, words, netns, certain, why, fatal, batch}
    this.commands.push(command)
    this.events.push({type: 'command', command})
    return command
  }
}

interface BatchOption {
  /** The file that `-batch` names. */
  readonly batch: Field | null
  readonly force: boolean
  readonly netns: ScriptNetns
}

/** Options before the object, as main() of iproute2's tc/tc.c takes them: each by the first name that it begins. */
function batchOption(words: readonly Field[]): BatchOption {
  let batch: Field | null = null
  let force = false
  let netns: ScriptNetns = null
  for (let at = 0; at < words.length; at++) {
    const text = words[at] ? (words[at]?.plain ?? textOf(words[at]?.pieces ?? [])) : null
    if (text === null || !text.startsWith('-') || text.length < 2) break
    if ('-force'.startsWith(text)) force = true
    else if ('-batch'.startsWith(text)) batch = words[++at] ?? null
    else if ('-netns'.startsWith(text)) {
      const value = words[++at]?.pieces ?? []
      netns = textOf(value) ?? {unknown: shownText(value)}
    } else if ('-conf'.startsWith(text) || text === '-cf') at += 1
  }
  return {batch, force, netns}
}

export function netnsOf(netns: Netns): ScriptNetns {
  if (netns === null) return null
  return 'name' in netns ? netns.name : {unknown: netns.unknown}
}

/** Where it comes from is asked of few words, and only then looked up. */
class FieldWord implements ScriptWord {
  readonly word: TcWord
  readonly maySplit: boolean
  readonly #field: Field

  constructor(field: Field, names: UnknownNames) {
    this.word = field.plain ?? textOf(field.pieces) ?? {unknown: field.pieces.map((piece) => names.of(piece)).join('')}
    this.maySplit = field.maySplit
    this.#field = field
  }

  get literal(): Span | null {
    const origin = this.#origin
    return origin?.verbatim ? origin.source.span(origin.pos, origin.end) : null
  }

  get computed(): Span | null {
    const origin = this.#origin
    return origin && !origin.verbatim ? origin.source.span(origin.pos, origin.end) : null
  }

  get written(): Span | null {
    const {written} = this.#field
    return written ? written.source.span(written.pos, written.end) : null
  }

  /** Of all of its text. */
  get #origin(): Origin | null {
    const parts = this.#field.pieces.filter((piece) => piece.text !== '')
    return parts.length === 1 && parts[0]?.unknown === null ? parts[0].origin : null
  }
}

/** Names of values that are not known: as they are written, and with a number where others are written alike. */
class UnknownNames {
  readonly #names = new Map<number, string>()
  readonly #counts = new Map<string, number>()

  of({text, unknown}: Piece): string {
    if (unknown === null) return text
    let name = this.#names.get(unknown)
    if (name === undefined) {
      const count = (this.#counts.get(text) ?? 0) + 1
      this.#counts.set(text, count)
      name = count === 1 ? text : `${text}#${count}`
      this.#names.set(unknown, name)
    }
    return name
  }
}

/** A word of which all is known. */
export function wordOfValue(value: Value): ScriptWord {
  return new FieldWord({pieces: value, maySplit: false, glob: false}, new UnknownNames())
}
