import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle} from './text/style.js'

/** Markdown for a terminal: headings stand out, paragraphs are wrapped, code and tables stay as they are. */
export function renderMarkdown(markdown: string, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const lines: string[] = []
  let inCode = false
  for (const line of joinParagraphs(markdown)) {
    const text = visible(line, 4000)
    if (/^\s*```/.test(line)) inCode = !inCode
    else if (inCode) lines.push(`    ${text}`)
    else if (/^#{1,6}\s/.test(line)) lines.push(style.bold(plain(text.replace(/^#+\s+/, ''))))
    else if (line.startsWith('|')) lines.push(text)
    else
      lines.push(
        ...wrap(
          plain(text.trimStart()),
          terminal.width,
          indentOf(line),
          ' '.repeat(line.length - line.trimStart().length),
        ),
      )
  }
  return `${lines.join('\n').trim()}\n`
}

/** One line for each paragraph or list item, however the source was broken. */
function joinParagraphs(markdown: string): string[] {
  const joined: string[] = []
  let inCode = false
  let open = false
  for (const line of markdown.split('\n')) {
    const fence = /^\s*```/.test(line)
    const own = inCode || fence || line.trim() === '' || /^(#{1,6}\s|\||\s*([-*]|\d+\.)\s)/.test(line)
    if (open && !own) joined.push(`${joined.pop()} ${line.trim()}`)
    else joined.push(line.trimEnd())
    if (fence) inCode = !inCode
    open = !inCode && !fence && line.trim() !== '' && !/^(#{1,6}\s|\|)/.test(line)
  }
  return joined
}

function indentOf(line: string): string {
  const marker = /^\s*(?:[-*]|\d+\.)\s+/.exec(line)?.[0] ?? /^\s*/.exec(line)?.[0] ?? ''
  return ' '.repeat(marker.length)
}

/** `code`, **strong** and [links](where) without their marks. */
function plain(text: string): string {
  return text
    .replaceAll(/`([^`]+)`/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 <$2>')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
}
