import type {Unit, Units} from '../../src/facts/units.js'
import type {ExecPrediction} from '../../src/models/systemd/exec/prediction.js'
import type {SystemdCommand, SystemdUnit} from './ask-systemd.js'

export interface Difference {
  readonly unit: string
  readonly about: string
  readonly ours: unknown
  readonly theirs: unknown
}

/** Exec lines as they are loaded, before any `$`, against those of the running systemd. */
export function compareCommands({unit, commands}: ExecPrediction, {commands: theirs}: SystemdUnit): Difference[] {
  const ours = commands.map(({directive, index, path, prefixes, words}): SystemdCommand => {
    return {directive, index, path, argv: words.map(({text}) => text), flags: flagsOf(prefixes)}
  })
  return differing(unit, 'commands', ours.map(asLine).sort(), theirs.map(asLine).sort())
}

/** What is loaded from which files, under which names, and whether it is enabled. */
export function compareLoading(units: Units, {name, properties, files, enabled}: SystemdUnit): Difference[] {
  const unit = units.load(name)
  const said = (key: string) => properties[key] ?? ''
  if (unit === null) {
    return said('LoadState') === 'not-found'
      ? []
      : [{unit: name, about: 'loading', ours: null, theirs: said('LoadState')}]
  }
  const generated = said('FragmentPath').startsWith('/run/systemd/generator')
  return [
    ...differing(name, 'Id', unit.name, said('Id')),
    ...differing(name, 'Names', [unit.name, ...unit.aliases].sort(), words(said('Names')).sort()),
    ...differing(name, 'LoadState', loadStateOf(unit), said('LoadState')),
    ...differing(name, 'FragmentPath', canonical(unit.fragmentPath ?? ''), canonical(said('FragmentPath'))),
    ...differing(name, 'DropInPaths', unit.dropInPaths.map(canonical), words(said('DropInPaths')).map(canonical)),
    ...differing(name, 'UnitFileState', unit.unitFileState, said('UnitFileState')),
    // systemctl reads it from files where the unit is an init script's, and asks update-rc.d.
    ...(generated ? [] : differing(name, 'is-enabled', enabledWord(units, name, unit), enabled)),
    ...(files === null
      ? []
      : differing(name, 'cat', [unit.fragmentPath ?? '', ...unit.dropInPaths].map(canonical), files.map(canonical))),
  ]
}

function loadStateOf({loadState}: Unit): string {
  return loadState === 'refused' ? 'error' : loadState
}

function enabledWord(units: Units, name: string, unit: Unit): string {
  return name !== unit.name && units.byName.get(name) === unit ? 'alias' : unit.unitFileState
}

/** /lib is a link to /usr/lib; which of both systemd names depends on its load path. */
function canonical(path: string): string {
  return path.replace(/^\/lib\//, '/usr/lib/')
}

/** As `systemctl show` prints lists: a word with a backslash is quoted. */
function words(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"|[^ ]+/g) ?? []).map((word) =>
    word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  )
}

function flagsOf(prefixes: string): string[] {
  const flags: string[] = []
  if (prefixes.includes('-')) flags.push('ignore-failure')
  if (prefixes.includes('+')) flags.push('privileged')
  if (prefixes.includes('!!')) flags.push('ambient')
  else if (prefixes.includes('!')) flags.push('no-setuid')
  if (prefixes.includes(':')) flags.push('no-env-expand')
  return flags
}

function asLine({directive, index, path, argv, flags}: SystemdCommand): string {
  return JSON.stringify([directive, index, path, argv, [...flags].sort()])
}

function differing(unit: string, about: string, ours: unknown, theirs: unknown): Difference[] {
  return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{unit, about, ours, theirs}]
}
