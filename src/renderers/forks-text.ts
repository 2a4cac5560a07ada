import type {Amount, ChargedTo, ForkAnswer} from '../engine/predict-forks/question.js'
import {INITIAL_USERNS} from '../facts/user-namespaces.js'
import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle, plural, type Style} from './text/style.js'

const MOST_CHARGED = 10

const limitNames: Readonly<Record<string, string>> = {
  'pids-cgroup': 'pids.max of',
  'threads-max': '',
  'pid-max': '',
}

const startTexts: Readonly<Record<string, string>> = {
  starts: 'a start now succeeds',
  'fails-at-exec': 'a start now fails at execve() (systemd: status=203/EXEC, "Resource temporarily unavailable")',
  'fails-at-fork': 'a start now fails at its first fork() ("Resource temporarily unavailable")',
}

/** The answer of `predict forks` for a person. */
export function renderForks(answer: ForkAnswer, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const lines = [...headline(answer, style), '', ...numbers(answer)]
  lines.push('', ...wrap(answer.why, terminal.width, '  '))
  if (answer.charged.length > 0 && answer.decidedBy.endsWith('rlimit-nproc'))
    lines.push('', style.bold('Charged'), ...charged(answer.charged))
  if (answer.others.length > 0) {
    lines.push('', style.bold('Other limits'))
    for (const {kind, name, count, limit, allowed} of answer.others) {
      const what = `${limitNames[kind] ?? ''} ${visible(name)}`.trim()
      lines.push(`  ${what}: ${count} of ${limit}, so ${allowed} more`)
    }
  }
  if (answer.unknowns.length > 0) {
    lines.push('', style.severity.unknown('Not known'))
    for (const {detail, reason} of answer.unknowns) {
      lines.push(...wrap(`${visible(detail)} (${reason})`, terminal.width, '    ', '  - '))
    }
  }
  return `${lines.join('\n')}\n`
}

function headline(answer: ForkAnswer, style: Style): string[] {
  const subject = style.bold(visible(answer.subject))
  const tasks = allowedText(answer)
  if (!answer.start) return [`${subject}: ${answer.allowed === 0 ? style.severity.error(tasks) : tasks}`]
  const {outcome, possible} = answer.start
  const [first = '', ...rest] = possible.map((each) => startTexts[each] ?? each)
  const text = outcome === null ? `not certain: ${[first, ...rest].join(', or ')}` : first
  const line = outcome === 'starts' ? text : style.severity[outcome === null ? 'unknown' : 'error'](text)
  return [`${subject}: ${line}`, ...(outcome === 'starts' ? [`As the host is now: ${tasks}`] : [])]
}

function allowedText({allowed, certain, atLeast, atMost, exempt}: ForkAnswer): string {
  if (allowed === null) return `not known how many more tasks (at least ${atLeast}, at most ${atMost})`
  if (allowed === 'unlimited') return exempt ? 'RLIMIT_NPROC does not apply' : 'no limit on its tasks'
  const range = certain ? '' : ` (about; surely between ${atLeast} and ${atMost})`
  if (allowed === 0) return `the next fork() fails with EAGAIN, "Resource temporarily unavailable"${range}`
  return `${plural(allowed, 'more task')}, then fork() fails with EAGAIN${range}`
}

function numbers({count, limit, limitSource, counter, decidedBy}: ForkAnswer): string[] {
  const where = counter.userns === null ? '' : ` in ${spaceName(counter.userns)}`
  const source = limitSource === null ? '' : `   ${visible(limitSource)}`
  return [
    `  limit    ${shown(limit)}${source}`,
    `  count    ${shown(count)}   tasks with real UID ${counter.kuid ?? 'unknown'}${where}`,
    `  decides  ${decidedBy}`,
  ]
}

function spaceName(userns: string): string {
  return userns === INITIAL_USERNS ? 'the initial user namespace' : `user namespace ${userns}`
}

function charged(all: readonly ChargedTo[]): string[] {
  const width = String(all[0]?.tasks ?? 0).length
  const lines = all.slice(0, MOST_CHARGED).map((each) => {
    const who =
      'container' in each
        ? `container ${visible(each.container)} (${visible(each.comm)})`
        : `PID ${each.pid} ${visible(each.comm)}${each.service === null ? '' : ` (${visible(each.service)})`}`
    return `  ${String(each.tasks).padStart(width)}  ${who}`
  })
  const rest = all.slice(MOST_CHARGED)
  const tasks = rest.reduce((sum, each) => sum + each.tasks, 0)
  return rest.length === 0 ? lines : [...lines, `  ${plural(tasks, 'more task')} of ${rest.length} others`]
}

function shown(value: Amount): string {
  return value === null ? 'unknown' : String(value)
}
