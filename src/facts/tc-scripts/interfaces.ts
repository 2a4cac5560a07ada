/** Options of an iface stanza whose values ifup hands to `/bin/sh -c`, in the order in which it does. */
const UP = /^(pre-up|up|post-up)$/

/** The commands that `ifup NAME` runs from interfaces(5), as a shell script. */
export interface UpScript {
  readonly iface: string
  /** As long as the file, with every command where it stands there, so that lines and offsets are the file's. */
  readonly text: string
}

/** Stanzas beyond these are not looked at. */
const MOST = 200

/** Reads an interfaces file as ifupdown's read_interfaces() does, for what its stanzas run. */
export function upScripts(text: string): UpScript[] {
  const scripts: UpScript[] = []
  let iface: string | null = null
  let kept: string[] = []
  let blankBefore = 0
  const end = () => {
    if (iface !== null && kept.length > 0 && scripts.length < MOST) scripts.push({iface, text: kept.join('')})
    kept = []
  }
  for (let from = 0; from < text.length; ) {
    const to = endOfLine(text, from)
    const line = text.slice(from, to)
    const [, indent = '', word = '', gap = '', rest = ''] = /^(\s*)(\S+)([ \t]*)([\s\S]*)$/.exec(line) ?? []
    if (/^(iface|auto|allow-\S+|mapping|source|source-directory|template|rename|no-\S+)$/.test(word)) {
      end()
      iface = word === 'iface' ? (/^\S+/.exec(rest)?.[0] ?? null) : null
      blankBefore = from
    } else if (iface !== null && UP.test(word)) {
      if (kept.length === 0) kept.push(blank(text.slice(0, blankBefore)), blank(text.slice(blankBefore, from)))
      else kept.push(blank(text.slice(blankBefore, from)))
      kept.push(' '.repeat(indent.length + word.length + gap.length), rest)
      blankBefore = to
    }
    from = to
  }
  end()
  return scripts
}

/** A backslash at its end joins the next line. */
function endOfLine(text: string, from: number): number {
  for (let at = from; ; ) {
    const newline = text.indexOf('\n', at)
    if (newline < 0) return text.length
    if (text[newline - 1] !== '\\' || newline === from) return newline + 1
    at = newline + 1
  }
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
