import type {TcWord} from '../../models/traffic-control/word.js'
import {classIdOf, type FilterMark, type ShapingFilter} from './filter.js'

const ALL = 0xffffffff

export interface ScriptFilterWords {
  readonly protocol: string
  readonly priority: number | null
  readonly kind: string
  readonly chain: number
  /** `handle` before the kind: of fw the mark. */
  readonly handle: string | null
  /** What follows the kind. */
  readonly words: readonly TcWord[]
}

/** What a `tc filter add ...` says; null: what decides is not known without running the script. */
export function filterOfWords({
  protocol,
  priority,
  kind,
  chain,
  handle,
  words,
}: ScriptFilterWords): ShapingFilter | null {
  let classId: number | null = null
  let mark: FilterMark | null = kind === 'fw' ? fwMark(handle) : null
  let narrow = kind !== 'u32' && kind !== 'matchall'
  let redirectsTo: string | null = null
  const actions: string[] = []
  for (const [at, word] of words.entries()) {
    if (word === 'flowid' || word === 'classid') {
      const id = words[at + 1]
      if (typeof id !== 'string') return null
      // Of a police or gact that is followed by another filter's words there is none: each command is one filter.
      classId = classIdOf(id)
    } else if (word === 'match' && kind === 'u32') {
      const found = u32Match(words.slice(at + 1, at + 5))
      if (found === null) return null
      if (found.mark) mark = found.mark
      else if (found.narrow) narrow = true
    } else if (word === 'police') actions.push('police')
    else if (word === 'action') {
      const action = words[at + 1]
      if (typeof action !== 'string') return null
      if (action !== 'police')
        actions.push(
          ['drop', 'shot', 'ok', 'pass', 'pipe', 'continue', 'reclassify'].includes(action) ? 'gact' : action,
        )
    } else if (word === 'dev' && words.slice(0, at).includes('mirred')) {
      const dev = words[at + 1]
      redirectsTo = typeof dev === 'string' ? dev : null
    } else if (word === 'link' || word === 'ht') narrow = true
  }
  return {protocol, priority, kind, chain, classId, mark, catchAll: !narrow && mark === null, actions, redirectsTo}
}

/** `6`, `0x6`, `6/0xff`. Without one the mark itself is the class. */
function fwMark(handle: string | null): FilterMark | null {
  const [value, mask] = (handle ?? '').split('/').map(numberOf)
  if (value === undefined || value === null || mask === null) return null
  return {value, mask: mask ?? ALL}
}

/** What follows `match`. null: not known. */
function u32Match([type, first, second, third]: readonly (TcWord | undefined)[]): {
  narrow: boolean
  mark: FilterMark | null
} | null {
  if (typeof type !== 'string') return null
  if (type === 'mark') {
    if (typeof first !== 'string' || typeof second !== 'string') return null
    const value = numberOf(first)
    const mask = numberOf(second)
    return value === null || mask === null ? null : {narrow: true, mark: {value, mask}}
  }
  // pack_key(): both are numbers of base 16.
  if (['u32', 'u16', 'u8'].includes(type))
    return {narrow: !(typeof second === 'string' && /^(0x)?0+$/i.test(second)), mark: null}
  const any = first === 'src' || first === 'dst' ? second : third
  return {
    narrow: !(typeof any === 'string' && ['0/0', '0.0.0.0/0', '::/0', 'any', 'all', 'default'].includes(any)),
    mark: null,
  }
}

/** get_u32() with base 0: decimal, 0x, and octal after a 0. */
function numberOf(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text)
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
  if (!/^\d{1,10}$/.test(text)) return null
  const value = Number(text)
  return value <= ALL ? value : null
}
