import {isObject} from '../ndjson.js'
import {numberOf, type Row} from '../network/rows.js'
import {classIdOf, type FilterMark, type ShapingFilter} from './filter.js'

const ALL = 0xffffffff

/** A row of `tc -json filter show`. null: the heading of a priority, or a table of u32. */
export function filterOfRow(row: Row): ShapingFilter | null {
  const {protocol, pref, kind, chain, options} = row
  if (typeof protocol !== 'string' || typeof kind !== 'string' || !isObject(options)) return null
  if ('ht_divisor' in options) return null
  const classId = [options.flowid, options.classid].find((id) => typeof id === 'string')
  const actions = Array.isArray(options.actions) ? options.actions.filter(isObject) : []
  const redirect = actions.find((action) => action.kind === 'mirred' && typeof action.to_dev === 'string')
  return {
    protocol,
    priority: typeof pref === 'number' ? pref : null,
    kind,
    chain: typeof chain === 'number' ? chain : 0,
    classId: typeof classId === 'string' ? classIdOf(classId) : null,
    mark: markOf(options),
    catchAll: matchesAll(kind, options),
    actions: [
      ...('police' in options || options.kind === 'police' ? ['police'] : []),
      ...actions.flatMap((action) => (typeof action.kind === 'string' ? [action.kind] : [])),
    ],
    redirectsTo: typeof redirect?.to_dev === 'string' ? redirect.to_dev : null,
  }
}

/** cls_fw: `fw: {mark, mask}`; u32: `fwmark_value`, `fwmark_mask`; basic: an ematch and no other. */
function markOf(options: Row): FilterMark | null {
  const {fw, fwmark_value: ofU32, fwmark_mask: maskOfU32, ematch} = options
  if (typeof ematch === 'string') return markOfEmatch(ematch)
  const value = isObject(fw) ? numberOf(fw.mark) : numberOf(ofU32)
  if (value === undefined) return null
  return {value, mask: (isObject(fw) ? numberOf(fw.mask) : numberOf(maskOfU32)) ?? ALL}
}

/** `meta(nf_mark mask 0x000000ff eq 1)` */
function markOfEmatch(text: string): FilterMark | null {
  const match = /^meta\(nf_mark(?: mask (0x[0-9a-f]{1,8}))? eq (0x[0-9a-f]{1,8}|\d{1,10})\)$/.exec(text)
  return match ? {value: Number(match[2]), mask: Number(match[1] ?? ALL)} : null
}

function matchesAll(kind: string, options: Row): boolean {
  if (kind === 'matchall') return true
  if (kind !== 'u32' || 'fwmark_value' in options || 'link' in options) return false
  // Without a key, or with one whose mask is 0. Of many keys JSON.parse() keeps the last.
  return !('match' in options) || (isObject(options.match) && /^0+$/.test(String(options.match.mask)))
}
