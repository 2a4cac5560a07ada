import {unsigned32} from './numbers.js'
import type {Reader} from './reader.js'

export interface Actions {
  /** Kinds: `mirred`, `police`, `gact` for `drop`, `pass`, ... */
  readonly kinds: string[]
  readonly gotoChains: number[]
}

const CONTROLS = ['continue', 'drop', 'shot', 'pass', 'ok', 'reclassify', 'pipe', 'goto', 'jump', 'trap']

/**
 * parse_action() and parse_police(): read for their kinds and the chains that they name, and taken for valid beyond
 * that. Both end before `flowid` and `classid`, at which the filter goes on.
 */
export function readActions(reader: Reader, into: Actions): void {
  const first = reader.keyword()
  const words: string[] = []
  let expectKind = 'action'.startsWith(first)
  if (!expectKind) into.kinds.push('police')
  for (reader.skip(); !reader.done; reader.skip()) {
    const word = reader.peek
    if (word === 'flowid' || word === 'classid') break
    const text = typeof word === 'string' ? word : null
    if (text === null) reader.lesser()
    if (text === 'action') expectKind = true
    else if (expectKind) {
      if (text === null) reader.value('action')
      else into.kinds.push(CONTROLS.some((control) => control.startsWith(text)) ? 'gact' : text)
      expectKind = false
    }
    words.push(text ?? '')
  }
  for (const [at, word] of words.entries()) {
    if (word !== 'goto' || !'chain'.startsWith(words[at + 1] || '-')) continue
    const chain = unsigned32(words[at + 2] ?? '', 10)
    if (chain !== null) into.gotoChains.push(chain)
  }
}
