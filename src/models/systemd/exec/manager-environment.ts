import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import type {Assignment} from '../../../facts/systemd/unit-file.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {type Entry, type Layer, layerOf} from './layer.js'
import type {Place} from './prediction.js'
import {Settings, SYSTEMD} from './settings.js'
import {environmentLayer} from './unit-layers.js'

const PID_1: Place = {path: 'PID 1', line: null}
const KERNEL: Place = {path: 'kernel command line', line: null}
const LOCALE: Place = {path: '/etc/locale.conf', line: null}

/** What the system manager gives to all services: manager_default_environment() of src/core/manager.c. */
export function managerLayer(
  assignments: readonly Assignment[],
  sources: EnvironmentSources,
  context: SpecifierContext & {readonly version: number},
): Layer {
  const settings = new Settings(assignments, 'Manager')
  const fromFiles = environmentLayer(settings.list('DefaultEnvironment'), {...context, scope: 'manager'}).layer
  if (sources.managerEnvironment) {
    const entries = new Map<string, Entry>(layerOf(sources.managerEnvironment, PID_1).entries)
    // The file is the better place to send somebody to, where it says what PID 1 has.
    for (const [name, entry] of fromFiles.entries) {
      if (entries.get(name)?.value === entry.value) entries.set(name, entry)
    }
    return {entries, open: null}
  }
  const entries = new Map<string, Entry>([['PATH', {value: null, origin: SYSTEMD, state: 'set'}]])
  if (context.version >= 240) {
    entries.set('LANG', {value: sources.locale ? 'C.UTF-8' : null, origin: SYSTEMD, state: 'set'})
  }
  for (const [name, entry] of layerOf(sources.locale ?? new Map(), LOCALE).entries) entries.set(name, entry)
  for (const [name, entry] of fromFiles.entries) entries.set(name, entry)
  for (const [name, entry] of layerOf(sources.kernelEnvironment ?? new Map(), KERNEL).entries) entries.set(name, entry)
  return {entries, open: fromFiles.open}
}

/** ManagerEnvironment=, since version 248: what PID 1 itself gets, of which only PassEnvironment= copies. */
export function initVariables(
  assignments: readonly Assignment[],
  context: SpecifierContext & {readonly version: number},
): ReadonlyMap<string, Entry> {
  if (context.version < 248) return new Map()
  return environmentLayer(new Settings(assignments, 'Manager').list('ManagerEnvironment'), {
    ...context,
    scope: 'manager',
  }).layer.entries
}
