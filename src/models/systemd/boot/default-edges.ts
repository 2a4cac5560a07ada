import type {Unit, Units} from '../../../facts/units.js'
import type {Edge} from './edge.js'
import {mountUnitsFor, parentMounts} from './mount-names.js'
import {booleanOf, lastOf, wordsOf} from './setting.js'
import {survivesReboot} from './survives.js'

/** Sections that hold the execution settings of a unit type (systemd.exec(5)). */
const sections: Readonly<Record<string, string>> = {service: 'Service', socket: 'Socket', mount: 'Mount', swap: 'Swap'}

/**
 * What a unit pulls in without Wants= or Requires=: "Automatic Dependencies" of systemd.service(5) and its like, of
 * which those are left out that only order.
 */
export function* defaultEdges(unit: Unit, units: Units): Generator<Edge> {
  const {name, type} = unit
  const edge = (to: string, kind: Edge['kind'], path: string | null): Edge => ({
    from: name,
    to: units.byName.get(to)?.name ?? to,
    kind,
    how: 'default',
    path,
    lost: path !== null && !survivesReboot(path),
  })
  const byDefault = booleanOf(unit, 'Unit', 'DefaultDependencies') !== false
  if (byDefault && ['service', 'socket', 'timer', 'path'].includes(type) && units.byName.has('sysinit.target')) {
    yield edge('sysinit.target', 'hard', null)
  }
  if (type === 'service') {
    for (const {word, path} of wordsOf(unit, 'Service', 'Sockets')) yield edge(word, 'soft', path)
    const bus = lastOf(unit, 'Service', 'BusName')
    const serviceType = lastOf(unit, 'Service', 'Type')?.value ?? (bus ? 'dbus' : null)
    if (serviceType === 'dbus' && units.byName.has('dbus.socket')) yield edge('dbus.socket', 'hard', null)
  }
  if (type === 'automount') yield edge(`${name.slice(0, -'automount'.length)}mount`, 'trigger', unit.fragmentPath)
  if (type === 'mount' || type === 'automount') {
    for (const parent of parentMounts(name.replace(/automount$/, 'mount'))) {
      if (units.byName.has(parent)) yield edge(parent, 'hard', null)
    }
  }
  const section = sections[type]
  if (section !== undefined) {
    const slice = lastOf(unit, section, 'Slice')
    if (slice) yield edge(slice.value, 'hard', slice.path)
  }
  yield* mountEdges()

  function* mountEdges(): Generator<Edge> {
    const hard = [
      ...wordsOf(unit, 'Unit', 'RequiresMountsFor'),
      ...(section === undefined ? [] : [...wordsOf(unit, section, 'WorkingDirectory', 'RootDirectory', 'RootImage')]),
    ]
    for (const [kind, words] of [
      ['hard', hard],
      ['soft', [...wordsOf(unit, 'Unit', 'WantsMountsFor')]],
    ] as const) {
      for (const {word, path} of words) {
        if (!word.startsWith('/') || word.length > 4096) continue
        // unit_add_mount_dependencies(): only mounts that have a unit file are asked for.
        for (const mount of mountUnitsFor(word)) if (units.byName.has(mount)) yield edge(mount, kind, path)
      }
    }
  }
}
