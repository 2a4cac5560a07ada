import type {TcEntry} from '../engine/predict-tc/answer.js'
import type {Fix} from '../engine/predict-tc/fix.js'
import type {TcAnswer} from '../engine/predict-tc.js'
import {visible, visibleLines} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle, plural, type Style} from './text/style.js'

const INDENT = '    '
const MAX_COMMAND = 2000

/**
 * The answer of `predict tc` for a person: a line for each command, and below it why it is not accepted.
 *
 * @param era whose messages to print
 */
export function renderTc(answer: TcAnswer, {era}: {readonly era: string | null}, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const lines: string[] = []
  for (const entry of answer.entries) lines.push(headline(entry, style), ...details(entry, era, style))
  if (answer.assumptions.length > 0) {
    lines.push('', style.bold('Taken for granted'))
    for (const {file, text} of answer.assumptions) {
      lines.push(...wrap(`${visible(file)}: ${visible(text)}`, terminal.width, INDENT, '  - '))
    }
  }
  lines.push('', summary(answer.entries))
  return `${lines.join('\n')}\n`
}

function headline({file, line, calledFrom, command, netns, verdict, run}: TcEntry, style: Style): string {
  const place = `${visible(file)}:${line}${calledFrom === null ? '' : ` (from line ${calledFrom})`}`
  const where = netns === null ? '' : ` [${visible(netns)}]`
  return `${place}: ${verdictText(verdict, run, style)}${where}  ${visible(command, MAX_COMMAND)}`
}

function verdictText(verdict: TcEntry['verdict'], run: TcEntry['run'], style: Style): string {
  if (run === 'never') return style.dim(verdict === 'undecided' ? 'not run' : `not run (would be ${verdict})`)
  if (verdict === 'accepted') return style.severity.ok('accepted')
  return verdict === 'rejected' ? style.severity.error('REJECTED') : style.severity.unknown('undecided')
}

function details(entry: TcEntry, era: string | null, style: Style): string[] {
  const {verdict, reason, where, errno, messages, remarks, run, condition} = entry
  const lines: string[] = []
  if (reason !== null && verdict !== 'accepted') {
    const rule = [where, errno].filter((part) => part !== null).join(', ')
    lines.push(...wrap(`${visible(reason, 1000)}${rule === '' ? '' : ` (${visible(rule)})`}`, style.width, INDENT))
  }
  if (verdict === 'rejected') {
    const said = messages.find(({kernel}) => kernel === null || kernel === era) ?? messages.at(-1)
    for (const line of said ? visibleLines(said.text) : []) lines.push(`${INDENT}${style.dim('| ')}${line}`)
  }
  if (run === 'never' && condition !== null) lines.push(...wrap(visible(condition), style.width, INDENT))
  if (run === 'maybe' && condition !== null && verdict !== 'accepted') {
    lines.push(...wrap(`It may not run: ${visible(condition)}`, style.width, INDENT))
  }
  for (const remark of remarks) lines.push(...wrap(visible(remark, 1000), style.width, INDENT))
  return lines
}

function summary(entries: readonly TcEntry[]): string {
  const count = (verdict: TcEntry['verdict']) =>
    entries.filter((entry) => entry.verdict === verdict && entry.run !== 'never').length
  const never = entries.filter(({run}) => run === 'never').length
  const parts = [`${count('accepted')} accepted`, `${count('rejected')} rejected`, `${count('undecided')} undecided`]
  return `${plural(entries.length, 'command')}: ${parts.join(', ')}${never === 0 ? '' : `, ${never} never run`}`
}

/** The patches of `predict tc --fix`, and before them, as lines that patch(1) skips, what they do not set right. */
export function renderTcFix({patches, unfixable, remaining}: Fix): string {
  const lines = unfixable.map(
    ({file, line, why}) => `# ${visible(file)}:${line}: cannot be fixed by a number: ${visible(why)}`,
  )
  for (const {file, line, verdict, command, reason} of remaining) {
    lines.push(
      `# ${visible(file)}:${line}: still ${verdict}: ${visible(command, MAX_COMMAND)}: ${visible(reason ?? '')}`,
    )
  }
  return `${[...lines, ''].join('\n').trimStart()}${patches.map(({patch}) => patch).join('')}`
}
