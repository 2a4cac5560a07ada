import type {Remediation} from '../../model/finding.js'
import {visible} from '../../output/escape.js'
import {shellQuote} from '../../output/shell-quote.js'
import {wrap} from '../../output/wrap.js'
import type {Style} from './style.js'

/** PATH_MAX */
const LONGEST_PATH = 4096

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
  const path = remedy.path === undefined ? [] : [`${indent}${style.dim(`in ${visible(remedy.path, LONGEST_PATH)}:`)}`]
  const patch = (remedy.patch === undefined ? [] : patchLines(remedy.patch)).map(
    (line) => `${indent}${paintPatch(line, style)}`,
  )
  // Never wrapped: a command that is broken over lines cannot be copied.
  const command = remedy.argv === undefined ? [] : [`${indent}${style.command(shellQuote(remedy.argv))}`]
  return [...path, ...patch, ...command]
}

/** Tabs stay tabs, and no line is cut: the patch is there to be applied. */
function patchLines(patch: string): string[] {
  const lines = patch.replace(/\n$/, '').split('\n')
  return lines.map((line) =>
    line
      .split('\t')
      .map((part) => visible(part, Number.POSITIVE_INFINITY))
      .join('\t'),
  )
}

function paintPatch(line: string, style: Style): string {
  if (line.startsWith('+')) return style.added(line)
  if (line.startsWith('-')) return style.removed(line)
  return style.dim(line)
}
