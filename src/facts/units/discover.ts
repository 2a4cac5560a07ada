import {filesByName} from '../systemd/drop-ins.js'
import {basename} from '../systemd/file-tree.js'
import {instanceOf, templateOf, unitNameKind, unitTypeOf, withInstance} from '../systemd/unit-name.js'
import {InstallSection} from './install-section.js'
import type {UnitLoader} from './loader.js'
import {isAlias, mayTemplate} from './name-map.js'

/** A unit file that install_info_discover() of systemd's src/shared/install.c ends at. */
export interface Discovered {
  readonly name: string
  readonly path: string
  readonly masked: boolean
  readonly install: InstallSection
}

interface Info {
  readonly name: string
  readonly install: InstallSection
  path: string | null
  mode: 'regular' | 'masked' | 'alias' | 'linked' | null
  target: string
}

/** `absent`: -ENOENT; `bad`: any other error. */
type Result = 'ok' | 'absent' | 'bad'

/** UNIT_FILE_FOLLOW_SYMLINK_MAX */
const MAX_LINKS = 64
/** Since then links out of the load path have a mode of their own. */
const LINKED_MODE = 251

/** Finds what `systemctl is-enabled` judges a name by, which is not always what PID 1 loads for it. */
export function discover(loader: UnitLoader, name: string): Discovered | 'absent' | 'bad' {
  const infos = new Map<string, Info>()
  const infoOf = (each: string): Info => {
    let info = infos.get(each)
    if (!info) {
      info = {name: each, install: new InstallSection(), path: null, mode: null, target: ''}
      infos.set(each, info)
    }
    return info
  }
  let info = infoOf(name)
  let result = search(loader, info)
  for (let links = 1; result === 'ok' && (info.mode === 'alias' || info.mode === 'linked'); links++) {
    if (links > MAX_LINKS) return 'bad'
    const last = basename(info.target)
    const sameUnit = info.mode === 'linked' && versionOf(loader) >= LINKED_MODE
    const filled =
      unitNameKind(info.name) === 'instance' ? withInstance(last, instanceOf(info.name) ?? '', 'template') : null
    if (sameUnit || last === info.name || filled === info.name) {
      info.path = info.target
      info.mode = null
      result = look(loader, info, info.path)
      continue
    }
    if (unitNameKind(filled ?? last) === null) return 'bad'
    info = infoOf(filled ?? last)
    result = search(loader, info)
    if (result === 'absent') return 'bad'
  }
  if (result !== 'ok') return result
  return {name: info.name, path: info.path ?? '', masked: info.mode === 'masked', install: info.install}
}

/** unit_file_search() */
function search(loader: UnitLoader, info: Info): Result {
  if (info.mode !== null) return 'ok'
  if (unitNameKind(info.name) !== 'plain' && !mayTemplate(info.name)) return 'bad'
  const template = unitNameKind(info.name) === 'instance' ? templateOf(info.name) : null
  const names = template === null ? [info.name] : [info.name, template]
  const path = names.flatMap((name) => loader.places.of(name)).find((each) => loader.tree.entry(each))
  if (path === undefined) return 'absent'
  const result = look(loader, info, path)
  if (result !== 'ok') return result
  info.path = path
  if (info.mode === 'masked') return 'ok'
  const folders = names.flatMap((name) => loader.places.of(`${name}.d`))
  for (const dropIn of filesByName(loader.tree, folders, {version: loader.version}).paths) {
    const content = loader.tree.read(dropIn)
    if (content === null) return 'absent'
    if ('status' in content) return 'bad'
    if (content.text !== '' && !take(loader, info, content)) return 'bad'
  }
  return 'ok'
}

/** unit_file_load_or_readlink() */
function look(loader: UnitLoader, info: Info, path: string): Result {
  const entry = loader.tree.lookup(path)
  if (!entry) return 'absent'
  if (entry.type === 'file') {
    if (entry.text !== '' && !take(loader, info, entry)) return 'bad'
    info.mode = entry.text === '' ? 'masked' : 'regular'
    return 'ok'
  }
  if (entry.type !== 'symlink') return 'bad'
  const target = loader.tree.target(path, entry.target)
  const inside = loader.loadPath.holds(target)
  const content = loader.tree.follow(target)
  const empty = content !== null && !('status' in content) && content.text === ''
  const last = basename(target)
  if (versionOf(loader) >= LINKED_MODE) {
    if (inside && !isAlias(basename(path), last)) return 'bad'
  } else if (!empty && !isLinkBefore251(info.name, basename(entry.target))) return 'bad'
  info.target = target
  info.mode = empty ? 'masked' : inside ? 'alias' : 'linked'
  return 'ok'
}

/** What the end of a link may be called, wherever it leads. */
function isLinkBefore251(name: string, last: string): boolean {
  const kind = unitNameKind(name)
  const target = unitNameKind(last)
  return unitTypeOf(name) === unitTypeOf(last) && (kind === target || (kind === 'instance' && target === 'template'))
}

function take(loader: UnitLoader, {install, name}: Info, file: {path: string; text: string}): boolean {
  const parsed = loader.parse(file)
  return parsed.refusedAt === null && install.add(parsed.assignments, name, versionOf(loader))
}

function versionOf({version}: UnitLoader): number {
  return version ?? Number.POSITIVE_INFINITY
}
