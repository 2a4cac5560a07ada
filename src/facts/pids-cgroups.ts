import {missing} from '../model/missing.js'
import type {PidsCgroupRecord} from '../sources/records.js'
import {defineFact, known, unknown} from './define.js'
import {isObject, parseLines, stringOrNull} from './ndjson.js'

/** A cgroup of the pids controller (kernel/cgroup/pids.c). */
export interface PidsCgroup {
  readonly path: string
  /** Infinity for `max`; the root cgroup has no limit. */
  readonly max: number
  /** Tasks in it and below it; 0 in the root cgroup, which does not count. */
  readonly current: number
  /** Forks refused, as pids.events counts them; null where it cannot be read. */
  readonly refused: number | null
  /** Forks refused by the limit of this very cgroup (pids.events.local, Linux 6.11). */
  readonly refusedLocal: number | null
  readonly parent: string | null
}

export interface PidsCgroups {
  /** 1: the `pids` hierarchy, 2: the unified one; null: no pids controller is mounted. */
  readonly version: 1 | 2 | null
  readonly byPath: ReadonlyMap<string, PidsCgroup>
}

export const pidsCgroupsFact = defineFact({
  name: 'pidsCgroups',
  inputs: ['pids-cgroups'],
  derive({'pids-cgroups': raw}) {
    if (raw.status === 'missing') {
      // Without the controller no cgroup limits tasks: an answer.
      return raw.reason === 'absent' ? known<PidsCgroups>({version: null, byPath: new Map()}) : unknown(raw)
    }
    const {records, invalid} = parseLines(raw.text, acceptRecord)
    const gaps = [...(raw.gaps ?? [])]
    if (invalid > 0) gaps.push(missing('pids-cgroups', 'invalid', `${invalid} lines are no records`))
    const paths = new Set(records.map(({path}) => path))
    const byPath = new Map<string, PidsCgroup>()
    for (const record of records) {
      const max = record.max === 'max' || record.max === null ? Infinity : count(record.max)
      const current = record.current === null ? 0 : count(record.current)
      if (record.path !== '/' && (record.max === null || record.current === null)) {
        gaps.push(missing('pids-cgroups', 'denied', `pids.max or pids.current of ${record.path} could not be read`))
        continue
      }
      if (max === null || current === null) {
        gaps.push(missing('pids-cgroups', 'invalid', `pids.max or pids.current of ${record.path} is no number`))
        continue
      }
      const {path} = record
      byPath.set(path, {
        path,
        max,
        current,
        refused: count(record.events),
        refusedLocal: count(record.eventsLocal),
        parent: nearestAncestor(path, paths),
      })
    }
    return known<PidsCgroups>({version: records[0]?.version ?? null, byPath}, gaps)
  },
})

/** In cgroup v2 a cgroup between two others may be without the controller; its tasks count further up. */
function nearestAncestor(path: string, paths: ReadonlySet<string>): string | null {
  for (let at = path; at !== '/'; ) {
    at = at.slice(0, at.lastIndexOf('/')) || '/'
    if (paths.has(at)) return at
  }
  return null
}

function count(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function acceptRecord(value: unknown): PidsCgroupRecord | undefined {
  if (!isObject(value)) return undefined
  const {version, path, max, current, events, eventsLocal} = value
  if ((version !== 1 && version !== 2) || typeof path !== 'string' || !path.startsWith('/')) return undefined
  if (!stringOrNull(max) || !stringOrNull(current) || !stringOrNull(events) || !stringOrNull(eventsLocal))
    return undefined
  return {version, path, max, current, events, eventsLocal}
}
