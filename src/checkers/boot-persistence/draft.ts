import type {Unit} from '../../facts/units.js'
import type {Evidence, FindingDraft, Subject} from '../../model/finding.js'
import type {Edge} from '../../models/systemd/boot/edge.js'
import type {Rule} from './rules.js'
import type {Running} from './running.js'

export type Draft = FindingDraft<Rule>

export function subjectOf(unit: string): Subject {
  return {kind: unit.endsWith('.service') ? 'service' : 'unit', name: unit}
}

/** What PID 1 says: that it runs. */
export function runningEvidence({name, state}: Running): Evidence {
  const since = state.properties.ActiveEnterTimestamp
  const words = [
    `ActiveState=${state.activeState}`,
    `SubState=${state.subState}`,
    ...(state.unitFileState === '' ? [] : [`UnitFileState=${state.unitFileState}`]),
    ...(since ? [`ActiveEnterTimestamp=${since}`] : []),
  ]
  return {source: `systemctl show ${name}`, excerpt: words.join(' ')}
}

/** The lines of [Install] that say what would start it once enabled; else its file. */
export function installEvidence(unit: Unit): Evidence[] {
  const lines = unit.assignments.filter(({section}) => section === 'Install').slice(0, 4)
  if (lines.length > 0) return lines.map(({path, line, text}) => ({source: `${path}:${line}`, excerpt: text.trim()}))
  return unit.fragmentPath === null ? [] : [{source: unit.fragmentPath, excerpt: `UnitFileState=${unit.unitFileState}`}]
}

export function edgeEvidence(edges: readonly Edge[]): Evidence[] {
  return edges.slice(0, 4).map(({from, to, how, path}) => ({
    source: path ?? from,
    excerpt: how === 'setting' || how === 'default' ? `${from} asks for ${to}` : `${from} wants ${to}`,
  }))
}
