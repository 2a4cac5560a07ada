import type {Missing} from '../model/missing.js'
import {defineFact, known, unknown} from './define.js'
import {FileTree} from './systemd/file-tree.js'

/** One `nproc` line of limits.conf(5), or a `DOMAIN -` line that exempts from all limits. */
export interface PamNprocLimit {
  /** `*`, a user, `@group`, `:max`, `min:`, `min:max`, `@min:max`, `%group`. */
  readonly domain: string
  readonly type: 'soft' | 'hard' | '-' | 'exempt'
  /** Infinity for `unlimited`, `infinity`, `-1`. */
  readonly value: number
  readonly path: string
  readonly line: number
  readonly text: string
}

export const pamLimitsFact = defineFact({
  name: 'pamLimits',
  inputs: ['limits-conf'],
  derive(inputs) {
    const input = inputs['limits-conf']
    if (input.status === 'missing') return input.reason === 'absent' ? known([]) : unknown(input)
    const tree = new FileTree(input, 'limits-conf')
    const gaps: Missing[] = []
    const limits: PamNprocLimit[] = []
    for (const folder of ['/etc/security', '/etc/security/limits.d']) {
      const entry = tree.entry(folder)
      if (entry?.type === 'unread') gaps.push(entry.missing)
    }
    // limits.conf first, then limits.d in the order of the C locale: pam_sm_open_session() of pam_limits.c.
    const paths = [
      '/etc/security/limits.conf',
      ...tree
        .list('/etc/security/limits.d')
        .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
        .map((name) => `/etc/security/limits.d/${name}`),
    ]
    for (const path of paths) {
      const read = tree.read(path)
      if (read === null) continue
      if ('status' in read) gaps.push(read)
      else limits.push(...parseLimitsConf(path, read.text))
    }
    return known<readonly PamNprocLimit[]>(limits, gaps)
  },
})

/** Lines that speak of `nproc`; what pam_limits would log as invalid is left out. */
export function parseLimitsConf(path: string, text: string): PamNprocLimit[] {
  const limits: PamNprocLimit[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const [domain, type, item, number] = raw.replace(/#.*/, '').trim().split(/\s+/)
    if (!domain || !type) continue
    const at = {domain, path, line: index + 1, text: raw}
    if (item === undefined) {
      if (type.startsWith('-')) limits.push({...at, type: 'exempt', value: Number.POSITIVE_INFINITY})
      continue
    }
    const kind = type.toLowerCase()
    if (item.toLowerCase() !== 'nproc' || (kind !== 'soft' && kind !== 'hard' && kind !== '-')) continue
    const value = parseValue(number?.toLowerCase() ?? '')
    if (value !== null) limits.push({...at, type: kind, value})
  }
  return limits
}

function parseValue(text: string): number | null {
  if (text === '-1' || text === 'unlimited' || text === 'infinity') return Number.POSITIVE_INFINITY
  return /^\+?\d+$/.test(text) ? Number(text) : null
}

export interface PamUser {
  readonly name: string
  readonly uid: number
  readonly groups: readonly {readonly name: string; readonly gid: number}[]
}

export interface PamNproc {
  readonly value: number
  readonly from: PamNprocLimit
}

/**
 * The nproc limits that pam_limits sets when a user opens a session; null: it leaves that one alone. The more
 * specific domain wins (user, group, `%`, `*`), of equals the last (process_limit() of pam_limits.c). A soft
 * limit above the hard one becomes the hard one.
 */
export function pamNproc(
  limits: readonly PamNprocLimit[],
  user: PamUser,
): {readonly soft: PamNproc | null; readonly hard: PamNproc | null} {
  let soft: (PamNproc & {rank: number}) | null = null
  let hard: (PamNproc & {rank: number}) | null = null
  for (const from of limits) {
    const rank = rankOf(from.domain, user)
    if (rank === null) continue
    if (from.type === 'exempt') {
      // "no limits for this user": PAM_IGNORE, whatever the other lines say. Only for a user or a group by name.
      if (rank <= 1) return {soft: null, hard: null}
      continue
    }
    const candidate = {value: from.value, from, rank}
    if (from.type !== 'hard' && (soft === null || rank <= soft.rank)) soft = candidate
    if (from.type !== 'soft' && (hard === null || rank <= hard.rank)) hard = candidate
  }
  if (soft && hard && soft.value > hard.value) soft = hard
  return {soft: strip(soft), hard: strip(hard)}
}

function strip(found: (PamNproc & {rank: number}) | null): PamNproc | null {
  return found && {value: found.value, from: found.from}
}

/** 0 user or UID range, 1 group, 2 `%group`, 3 `%`, 4 `*`: the order of LIMITS_DEF_* in pam_limits.c. */
function rankOf(domain: string, user: PamUser): number | null {
  if (domain === user.name) return 0
  if (domain === '*') return 4
  if (domain === '%') return 3
  const sign = domain[0] === '@' || domain[0] === '%' ? domain[0] : ''
  const body = domain.slice(sign.length)
  const range = /^(\d*):(\d*)$/.exec(body)
  const inRange = (id: number): boolean => {
    const [, min, max] = range ?? []
    // `:N` is N alone, `N:` from N on.
    if (!min) return max !== '' && id === Number(max)
    return id >= Number(min) && (!max || id <= Number(max))
  }
  if (sign === '') return range && inRange(user.uid) ? 0 : null
  const member = user.groups.some(({name, gid}) => (range ? inRange(gid) : name === body))
  return member ? (sign === '@' ? 1 : 2) : null
}
