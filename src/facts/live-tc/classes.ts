import {mapRows, numberOf, type Rows, readRows} from '../network/rows.js'

export interface TcClass {
  readonly dev: string
  readonly kind: string
  /** `1:10`; `1:` of the root class that hfsc has. */
  readonly id: string
  /** `1:1`; null below the root. */
  readonly parent: string | null
  /** The queueing discipline in it: `10:`. */
  readonly leaf: string | null
}

/** `tc class show dev DEV`: lines of text, whether or not JSON is asked for; from iproute2 6.2 on JSON. */
export function parseClasses(text: string, dev: string): Rows<TcClass> {
  if (text.startsWith('[')) return parseJson(text, dev)
  const rows: TcClass[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const match =
      /^class (\S+) ([0-9a-f]*:[0-9a-f]*) (?:root|parent ([0-9a-f]*:[0-9a-f]*))(?: leaf ([0-9a-f]+:))?(?: |$)/.exec(
        line,
      )
    // What else a class has may go on below it, indented.
    if (!match && /^\s/.test(line)) continue
    const [, kind, id, parent = null, leaf = null] = match ?? []
    if (kind === undefined || id === undefined) return {problem: `cannot be read: ${line.slice(0, 200)}`}
    rows.push({dev, kind, id, parent, leaf})
  }
  return {rows}
}

function parseJson(text: string, dev: string): Rows<TcClass> {
  return mapRows(readRows(text), ({class: kind, handle: id, parent = null, leaf}) => {
    if (typeof kind !== 'string' || typeof id !== 'string' || !(parent === null || typeof parent === 'string')) {
      return undefined
    }
    if (leaf === undefined) return {dev, kind, id, parent, leaf: null}
    // print_0xhex(): 0x10 is the qdisc 10:.
    const major = numberOf(leaf)
    return major === undefined ? undefined : {dev, kind, id, parent, leaf: `${major.toString(16)}:`}
  })
}
