import type {Units} from '../../facts/units.js'
import type {Draft} from './draft.js'
import {severityOf, subjectOf} from './draft.js'
import {run} from './edits.js'
import {wording} from './wording.js'

/** Units whose files have changed since PID 1 read them. One finding: one command reads them all. */
export function staleUnits(units: Units): Draft | null {
  const stale = (units.manager?.units ?? []).filter(
    ({needDaemonReload, loadState}) => needDaemonReload && loadState !== 'not-found',
  )
  const [first] = stale
  if (!first) return null
  const words = wording['unit-files-changed']
  const names = stale.map(({id}) => id).sort()
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
  const runs = stale.some(({activeState}) => activeState !== 'inactive')
  return {
    rule: 'unit-files-changed',
    subject: names.length === 1 ? subjectOf(first.id) : {kind: 'host', name: 'systemd'},
    severity: severityOf(runs ? 2 : 1),
    confidence: 'certain',
    summary: names.length === 1 ? words.one(first.id) : words.more(names.length, shown),
    why: words.why,
    evidence: stale.map(({id, activeState}) => ({
      source: `systemctl show ${id}`,
      excerpt: `NeedDaemonReload=yes ActiveState=${activeState}`,
    })),
    remediation: [run('Have systemd read them again', ['systemctl', 'daemon-reload'])],
  }
}
