import type {ExecAnswer, ExecCommand, ExecFile, ExecVariable} from '../engine/predict-exec/answer.js'
import type {Place, VariableState, Word} from '../models/systemd/exec/prediction.js'
import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle, type Style} from './text/style.js'

const LABEL = 9
const INDENT = ' '.repeat(LABEL + 2)

const loadTexts: Readonly<Record<Exclude<ExecAnswer['loadState'], 'loaded'>, string>> = {
  masked: 'masked: systemd does not start it.',
  'not-found': 'There is no such unit.',
  'bad-setting': 'systemd refuses it.',
  error: 'systemd cannot load it.',
}

const stateTexts: Readonly<Record<VariableState, string>> = {
  set: 'set',
  empty: 'set, but empty',
  unset: 'not set',
  invalid: 'no valid name',
  conditional: 'set by systemd, not always',
  'wrong-phase': 'not set for this command',
  unknown: 'not known whether it is set',
}

/** The answer of `predict exec` for a person. */
export function renderExec(answer: ExecAnswer, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const {systemdVersion: version, loadState} = answer
  const lines = [`${style.bold(visible(answer.unit))}${version === null ? '' : `, systemd ${version}`}`]
  if (answer.needDaemonReload === true) {
    const text = 'Its files have changed since systemd read them: until systemctl daemon-reload, it runs the old ones.'
    lines.push(...wrap(style.severity.warning(text), style.width, '  '))
  }
  if (loadState !== 'loaded') {
    lines.push(...wrap(visible(answer.loadError ?? loadTexts[loadState]), style.width, '  '))
  }
  for (const command of answer.commands) lines.push('', ...renderCommand(command, style))
  if (answer.environment.length > 0) lines.push('', ...renderEnvironment(answer.environment, style))
  const failed = answer.environmentFiles.filter(({state}) => state !== 'read')
  if (failed.length > 0) lines.push('', style.bold('Environment files that are not read'), ...failed.map(renderFile))
  if (answer.ignored.length > 0) {
    lines.push('', style.bold('Assignments that systemd ignores'))
    for (const {at, name, why} of answer.ignored) {
      lines.push(...wrap(`${placeText(at)}: ${visible(name)}: ${visible(why)}`, style.width, '    ', '  '))
    }
  }
  if (answer.unknowns.length > 0) {
    lines.push('', style.severity.unknown('Not known'))
    for (const {detail, reason} of answer.unknowns) {
      lines.push(...wrap(`${visible(detail)} (${reason})`, style.width, '    ', '  - '))
    }
  }
  return `${lines.join('\n')}\n`
}

function renderCommand(command: ExecCommand, style: Style): string[] {
  const lines = [`${style.bold(`${command.directive}=`)}  ${style.dim(placeText(command.at))}`]
  if (command.blocked) {
    const {message, at} = command.blocked
    const text = `Nothing is executed: ${visible(message)} (${placeText(at)})`
    lines.push(...wrap(style.severity.error(text), style.width, '  '))
  }
  if (command.words[0]?.text !== command.path || command.prefixes.includes('@')) {
    lines.push(labelled('execute', command.path))
  }
  // null: how many arguments come before is not known.
  let index: number | null = 0
  for (const word of command.words) {
    const became = []
    for (const argument of word.became ?? []) {
      became.push({label: `argv[${index ?? '?'}]`, argument})
      if (index !== null) index += 1
    }
    lines.push(...renderWord(word, became, style))
    if (word.became === null) index = null
  }
  return lines
}

function renderWord(
  word: Word,
  became: readonly {readonly label: string; readonly argument: string}[],
  style: Style,
): string[] {
  if (word.fate === 'literal' && word.references.length === 0) {
    return became.map(({label, argument}) => labelled(label, shown(argument)))
  }
  const lines = became.map(({label, argument}) => {
    const from = argument === word.text ? '' : style.dim(`   from ${visible(word.text)}`)
    return `${labelled(label, shown(argument))}${from}`
  })
  const vanished = word.became !== null
  if (lines.length === 0) {
    lines.push(
      `  ${style.severity[vanished ? 'warning' : 'unknown']((vanished ? 'dropped' : '?').padEnd(LABEL))}${visible(word.text)}`,
    )
  }
  return [...lines, ...wrap(style.dim(visible(whyOf(word))), style.width, INDENT)]
}

/** A command may have many `-Dx=$NAME`: the whole rule below each would hide the names. */
function whyOf({fate, why, references}: Word): string {
  if (fate !== 'literal') return why
  return `inside a word, passed on as text: ${references.map(({name, state}) => `${name} (${stateTexts[state]})`).join(', ')}`
}

function renderEnvironment(environment: readonly ExecVariable[], style: Style): string[] {
  const width = Math.min(24, Math.max(...environment.map(({name}) => name.length)))
  return [
    style.bold('Environment'),
    ...environment.map(({name, origin, conditional, value}) => {
      const shownValue = value === undefined || value === null ? '' : `=${visible(value)}`
      const where = `${placeText(origin)}${conditional ? ', not always' : ''}`
      return `  ${`${visible(name)}${shownValue}`.padEnd(width)}  ${style.dim(where)}`
    }),
  ]
}

function renderFile({path, optional, at, state, error}: ExecFile): string {
  const what = state === 'unknown' ? 'not known' : (error ?? 'not read')
  return `  ${visible(path)}: ${visible(what)}${optional ? ', which is ignored' : ''}   ${placeText(at)}`
}

function labelled(label: string, text: string): string {
  return `  ${label.padEnd(LABEL)}${visible(text)}`
}

/** An empty argument, and one with blanks at its ends, must be seen. */
function shown(argument: string): string {
  return argument === '' || argument.trim() !== argument ? `"${argument}"` : argument
}

function placeText({path, line}: Place): string {
  return line === null ? visible(path) : `${visible(path)}:${line}`
}
