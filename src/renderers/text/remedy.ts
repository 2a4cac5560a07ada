import type {Remediation} from '../../model/finding.js'
import {visible, visibleLines} from '../../output/escape.js'
import {shellQuote} from '../../output/shell-quote.js'
import {wrap} from '../../output/wrap.js'
import type {Style} from './style.js'

/** What to do: a title with its drawbacks, then the command or the edit, ready to be copied. */
export function remedyLines(remedies: readonly Remediation[], style: Style, indent: string): string[] {
  return remedies.flatMap((remedy, index) => {
    const number = remedies.length > 1 ? `${index + 1}. ` : ''
    const title = wrap(
      `${number}${visible(remedy.title)}${marks(remedy)}`,
      style.width,
      indent + ' '.repeat(number.length),
      indent,
    )
    return [...title, ...bodyLines(remedy, style, `${indent}${' '.repeat(number.length)}  `)]
  })
}

function marks({safety, persistent}: Remediation): string {
  const words = [...(safety === 'disruptive' ? ['disruptive'] : []), ...(persistent ? [] : ['not persistent'])]
  return words.length > 0 ? ` [${words.join(', ')}]` : ''
}

function bodyLines(remedy: Remediation, style: Style, indent: string): string[] {
  const path = remedy.path === undefined ? [] : [`${indent}${style.dim(`in ${visible(remedy.path)}:`)}`]
  const patch =
    remedy.patch === undefined ? [] : visibleLines(remedy.patch).map((line) => `${indent}${paintPatch(line, style)}`)
  // Never wrapped: a command that is broken over lines cannot be copied.
  const command = remedy.argv === undefined ? [] : [`${indent}${style.command(shellQuote(remedy.argv))}`]
  return [...path, ...patch, ...command]
}

function paintPatch(line: string, style: Style): string {
  if (line.startsWith('+')) return style.added(line)
  if (line.startsWith('-')) return style.removed(line)
  return style.dim(line)
}
