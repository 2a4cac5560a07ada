import type {PulledInBy, Unit, Units} from '../../../facts/units.js'
import {defaultEdges} from './default-edges.js'
import type {Activation, Edge} from './edge.js'
import {wordsOf} from './setting.js'
import {survivesReboot} from './survives.js'

const REQUIREMENTS = ['Requires', 'RequiresOverridable', 'BindsTo', 'BindTo']

export interface Edges {
  readonly from: ReadonlyMap<string, readonly Edge[]>
  readonly to: ReadonlyMap<string, readonly Edge[]>
  readonly activations: readonly Activation[]
}

/** Everything by which the units of a host start one another, under their real names. */
export function edgesOf(units: Units, instances: readonly Unit[]): Edges {
  const from = new Map<string, Edge[]>()
  const to = new Map<string, Edge[]>()
  const activations: Activation[] = []
  const all = [...units.units, ...instances]
  const byTemplate = instancesByTemplate(all)
  const settings = settingKinds(all, units)
  const add = (edge: Edge) => {
    push(from, edge.from, edge)
    push(to, edge.to, edge)
  }
  for (const unit of all) {
    for (const pulled of unit.pulledInBy) {
      const activation = activationOf(unit, pulled)
      if (activation) activations.push(activation)
      else for (const puller of pullersOf(pulled, units, byTemplate)) add(pulledEdge(unit, pulled, puller, settings))
    }
    if (unit.template !== null && namesOf(unit.template, units).includes('autovt@.service')) {
      activations.push({to: unit.name, how: 'logind', by: 'autovt@', path: unit.fragmentPath ?? unit.template})
    }
    if (unit.loadState !== 'loaded' || unit.isTemplate) continue
    for (const edge of defaultEdges(unit, units)) add(edge)
    for (const edge of unmetRequirements(unit, units)) add(edge)
  }
  return {from, to, activations}
}

/** What no unit decides about. A device unit has no file; it is there when udev sees the device. */
function activationOf({name}: Unit, {how, by, path}: PulledInBy): Activation | null {
  if (how === 'dbus' || how === 'udev') return survivesReboot(path) ? {to: name, how, by, path} : null
  if (by.endsWith('.device') && survivesReboot(path)) return {to: name, how: 'device', by, path}
  return null
}

/** A folder `x@.service.wants` is one of each instance of the template. */
function pullersOf(
  {by}: PulledInBy,
  units: Units,
  instances: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const puller = units.byName.get(by)
  if (puller?.isTemplate || (!puller && by.includes('@.'))) return instances.get(puller?.name ?? by) ?? []
  return [puller?.name ?? by]
}

function pulledEdge(unit: Unit, pulled: PulledInBy, from: string, settings: ReadonlyMap<string, Edge['kind']>): Edge {
  const {how, path} = pulled
  const kinds: Readonly<Record<string, Edge['kind']>> = {
    requires: 'hard',
    wants: 'soft',
    upholds: 'upheld',
    setting: settings.get(`${from}\0${unit.name}`) ?? 'soft',
  }
  return {from, to: unit.name, kind: kinds[how] ?? 'trigger', how, path, lost: !survivesReboot(path)}
}

/** Requires= of what is nowhere: no unit, so nothing says that it is pulled in. */
function* unmetRequirements(unit: Unit, {byName}: Units): Generator<Edge> {
  for (const {word, path} of wordsOf(unit, 'Unit', ...REQUIREMENTS)) {
    if (!byName.has(word)) {
      yield {from: unit.name, to: word, kind: 'hard', how: 'setting', path, lost: !survivesReboot(path)}
    }
  }
}

/** `from\0to`, both by their real names -> what kind of setting pulls in. */
function settingKinds(all: readonly Unit[], {byName}: Units): Map<string, Edge['kind']> {
  const kinds = new Map<string, Edge['kind']>()
  for (const unit of all) {
    const key = (word: string) => `${unit.name}\0${byName.get(word)?.name ?? word}`
    for (const {word} of wordsOf(unit, 'Unit', 'Upholds')) kinds.set(key(word), 'upheld')
    for (const {word} of wordsOf(unit, 'Unit', ...REQUIREMENTS)) {
      kinds.set(key(word), 'hard')
    }
  }
  return kinds
}

function instancesByTemplate(units: readonly Unit[]): Map<string, string[]> {
  const instances = new Map<string, string[]>()
  for (const {name, template} of units) if (template !== null) push(instances, template, name)
  return instances
}

function namesOf(name: string, {byName}: Units): readonly string[] {
  const unit = byName.get(name)
  return unit ? [unit.name, ...unit.aliases] : [name]
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
