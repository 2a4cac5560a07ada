import {mayUseTc} from '../../sources/network-scripts.js'
import type {EvaluateOptions} from '../shell/evaluate.js'
import {type ExecCommand, type ExecLineContext, parseExecLine} from '../systemd/exec-line.js'
import type {Assignment} from '../systemd/unit-file.js'
import type {Unit, Units} from '../units.js'
import {readTcScript} from './read.js'
import type {TcScript} from './script.js'

/** What a start of a unit runs, in this order. */
const STARTS = ['ExecStartPre', 'ExecStart', 'ExecStartPost']
/** Oldest version whose rules are ours; where none is known any will do for words. */
const VERSION = 252

/** tc commands that stand in the Exec lines of a unit itself. null: there are none. */
export function unitScript(unit: Unit, units: Units, options: EvaluateOptions): TcScript | null {
  const lines: {readonly assignment: Assignment; readonly text: string}[] = []
  for (const key of STARTS) {
    const all = unit.assignments.filter((each) => each.section === 'Service' && each.key === key)
    for (const assignment of all.slice(all.findLastIndex(({value}) => value === '') + 1)) {
      if (!mayUseTc(assignment.value)) continue
      for (const command of parseExecLine(assignment.value, contextOf(unit, units)).commands) {
        const text = shellText(command)
        if (text !== null) lines.push({assignment, text})
      }
    }
  }
  const [first] = lines
  if (!first) return null
  // A line of its own for each, which stands for the place of the setting.
  const text = lines.map((line) => line.text).join('\n')
  const script = readTcScript(unit.name, text, {...options, dialect: 'sh', errexit: true, batch: false})
  if (!script) return null
  const place = (line: number) => lines[line - 1]?.assignment ?? first.assignment
  return moved(script, place)
}

function contextOf({name, fragmentPath}: Unit, {version, specifiers}: Units): ExecLineContext {
  return {version: version ?? VERSION, unit: name, values: specifiers, fragmentPath}
}

/** One command as a line of shell: systemd's words as they are, what it expands left to the shell. */
function shellText({path, words, prefixes}: ExecCommand): string | null {
  if (path === null || words.some(({unknown}) => unknown !== null)) return null
  const base = path.slice(path.lastIndexOf('/') + 1)
  const [, ...args] = words.map(({text}) => text)
  const ignore = prefixes.includes('-') ? ' || :' : ''
  const line = [base, ...args.map((text) => quoted(text))].join(' ')
  return line.includes('\n') ? null : `${line}${ignore}`
}

/** `$$` is a dollar sign; `${X}` is one word, and `$X` alone is split. Both are of the environment: not known. */
function quoted(text: string): string {
  if (/^\$[A-Za-z_]\w*$/.test(text)) return text
  return (
    text
      .split(/(\$\$|\$\{[A-Za-z_]\w*\})/)
      .map((part, index) => {
        if (index % 2 === 0) return part === '' ? '' : `'${part.replaceAll("'", `'\\''`)}'`
        return part === '$$' ? "'$'" : `"${part}"`
      })
      .join('') || "''"
  )
}

/** The same script with every command at the place of the setting it comes from; nothing of it can be edited there. */
function moved(script: TcScript, place: (line: number) => Assignment): TcScript {
  const change = <T extends {readonly line: number}>(one: T) => ({
    ...one,
    path: place(one.line).path,
    line: place(one.line).line,
  })
  const commands = script.commands.map((command) => ({
    ...change(command),
    calledFrom: null,
    words: command.words.map(({word, maySplit}) => ({word, maySplit, literal: null, written: null, computed: null})),
  }))
  return {
    ...script,
    commands,
    events: script.events.map((event) => {
      const command = event.type === 'command' ? commands[event.command.index] : undefined
      return command ? {type: 'command', command} : event
    }),
    unfollowed: script.unfollowed.map(change),
    assumptions: script.assumptions.map(change),
  }
}
