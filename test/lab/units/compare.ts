import type {Unit} from '../../../src/facts/units.js'
import type {Ours} from './ours.js'

export type Shown = Readonly<Record<string, string>>

/** Properties that are compared. */
export const PROPERTIES = [
  'Id',
  'Names',
  'LoadState',
  'FragmentPath',
  'DropInPaths',
  'UnitFileState',
  'Documentation',
  'Wants',
  'Requires',
  'BindsTo',
  'Upholds',
  'Triggers',
]

const DEPENDENCIES = ['wants', 'requires', 'upholds', 'setting']
const DEPENDENCY_PROPERTIES = ['Wants', 'Requires', 'BindsTo', 'Upholds']

/** `systemctl show` of several units: one block each, in the order asked for. */
export function parseShown(stdout: string, names: readonly string[]): Map<string, Shown> {
  const blocks = stdout.trimEnd().split('\n\n')
  return new Map(
    blocks.map((block, at) => {
      const pairs = block.split('\n').map((line): [string, string] => {
        const equals = line.indexOf('=')
        return [line.slice(0, equals), line.slice(equals + 1)]
      })
      return [names[at] ?? '', Object.fromEntries(pairs)]
    }),
  )
}

/** Paths of the files that `systemctl cat` printed after a line `@ NAME`, in its order. */
export function filesShown(stdout: string): Map<string, string[]> {
  const files = new Map<string, string[]>()
  let paths: string[] = []
  for (const line of stdout.split('\n')) {
    if (line.startsWith('@ ')) {
      paths = []
      files.set(line.slice(2), paths)
    }
    // New ones say where links lead, or that it is a mask.
    const [, path] = /^# (failed|\/\S+\.[a-z]+)$/.exec(line) ?? /^# (\/\S+\/nd\S+\.[a-z]+) /.exec(line) ?? []
    if (path !== undefined) paths.push(path)
  }
  return files
}

/** Where our answer is not the one of `systemctl show`. */
export function differencesOf(name: string, real: Shown, {units, isEnabled}: Ours): string[] {
  const unit = units.load(name) ?? units.byName.get(name)
  const loadState = unit?.loadState ?? 'not-found'
  const expected = {loaded: 'loaded', masked: 'masked', 'not-found': 'not-found', refused: 'error'}[loadState]
  // systemd refuses a unit also for what its settings say, which the files' own grammar does not tell.
  const state = loadState === 'loaded' && real.LoadState === 'bad-setting' ? 'bad-setting' : expected
  const differences: string[] = []
  const compare = (what: string, ours: string, theirs: string | undefined) => {
    if (theirs !== undefined && ours !== theirs)
      differences.push(`${name}: ${what} ${ours || '-'}, real ${theirs || '-'}`)
  }
  compare('LoadState', state, real.LoadState)
  if (!unit || unit.loadState === 'not-found' || unit.loadState === 'refused') return differences
  compare('Id', unit.name, unquoted(real.Id))
  if (hasRival(name, unit, real, units.version)) return differences
  compare('FragmentPath', unit.fragmentPath ?? '', real.FragmentPath)
  // Found through an alias of a mask (before 249 also of a template) it has that name and its drop-ins, else it has not.
  const isOwn = name === unit.name || unit.aliases.includes(name)
  if (isOwn) compare('DropInPaths', unit.dropInPaths.join(' '), real.DropInPaths)
  else if (unit.loadState !== 'masked' && (units.version ?? 0) >= 249)
    differences.push(`${name}: no name of ${unit.name}`)
  const named = [unit.name, ...unit.aliases, ...(isOwn ? [] : [name])]
  compare('Names', sorted(named), sorted(unquoted(real.Names).split(' ')))
  if (unit.fragmentPath !== null)
    compare('UnitFileState', isEnabled(unit.name).replace('not-found', 'bad'), real.UnitFileState)
  if (!isOwn || unit.loadState === 'masked' || real.LoadState !== 'loaded') return differences
  // Those of systemd itself are made without a file.
  if (unit.fragmentPath !== null || unit.dropInPaths.length > 0)
    compare('Documentation', documentation(unit), unquoted(real.Documentation))
  const {type} = unit
  // Slices require the ones above them.
  // Of what nobody but this test names it is not asked what it pulls in.
  if (type !== 'slice' && units.byName.has(name)) {
    compare('dependencies', listed(pulledBy(unit, DEPENDENCIES, units)), listed(found(DEPENDENCY_PROPERTIES)))
  }
  if (!units.byName.has(name)) return differences
  if (type === 'timer' || type === 'path' || type === 'socket') {
    compare('Triggers', listOf(pulledBy(unit, [type], units)), listOf(found(['Triggers'])))
  }
  return differences

  /** A template that a unit names becomes the instance after the name under which that was first asked for. */
  function listed(names: readonly string[]): string {
    const prefixes = [name, ...(unit?.aliases ?? []), unit?.name ?? ''].map((each) => each.replace(/[@.].*$/, ''))
    return listOf(
      names.map((each) =>
        prefixes.includes(each.replace(/^.*@|\.[a-z]+$/g, '')) ? each.replace(/@.*\./, '@NAME.') : each,
      ),
    )
  }

  /** Names of units that there are. */
  function found(properties: readonly string[]): string[] {
    const names = properties.flatMap((property) => (real[property] ?? '').split(' '))
    return names
      .flatMap((each) => units.load(each) ?? [])
      .flatMap(({name, loadState}) => (loadState === 'not-found' ? [] : [name]))
  }
}

/**
 * Before 251 a link gives a unit the name of what it leads to, a file out of the load path or a template filled in, also
 * where there is another file of that name (merge_by_names()): which of both counts depends on who asks first.
 */
export function hasRival(name: string, unit: Unit, real: Shown, version: number | null): boolean {
  const theirs = real.FragmentPath ?? ''
  if ((version ?? 0) >= 251 || unit.name === name || theirs === unit.fragmentPath) return false
  return !unit.fragmentPath?.endsWith(`/${name}`) && /^\/opt\/|@\.[a-z]+$/.test(theirs)
}

/** Lists quote what has more than plain characters. */
function unquoted(value = ''): string {
  return value.replaceAll('"', '').replaceAll('\\\\', '\\')
}

function documentation({assignments}: Unit): string {
  return assignments
    .filter(({section, key}) => section === 'Unit' && key === 'Documentation')
    .map(({value}) => value)
    .join(' ')
}

function pulledBy(unit: Unit, hows: readonly string[], {units}: Ours['units']): string[] {
  const own = new Set([unit.name, ...unit.aliases])
  return units
    .filter(
      ({pulledInBy, loadState}) =>
        loadState !== 'not-found' && pulledInBy.some(({how, by}) => own.has(by) && hows.includes(how)),
    )
    .map(({name}) => name)
}

/** Of units of the lab only: others have implicit ones. */
function listOf(names: readonly string[]): string {
  return sorted(names.filter((name) => name.startsWith('nd')))
}

function sorted(names: readonly string[]): string {
  return [...new Set(names)].sort().join(' ')
}
