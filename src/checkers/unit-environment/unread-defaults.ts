import {parseEnvironmentFile} from '../../facts/systemd/environment-file.js'
import type {EnvironmentSources, NamedFile} from '../../facts/unit-environment.js'
import type {Unit, Units} from '../../facts/units.js'
import {type Missing, missing} from '../../model/missing.js'
import type {Draft} from './draft.js'
import {manual} from './edits.js'
import {looksOptional} from './names.js'
import type {Standing} from './standing.js'
import {list, wording} from './wording.js'

/** Switches of init scripts: that a unit does not look at them is what everybody expects. */
const SWITCH =
  /^(?:(?:START|RUN|ENABLED?|DISABLED?|AUTOSTART|VERBOSE)(?:_.*)?|.*_(?:START|RUN|ENABLED?|DISABLED?|AUTOSTART)|NAME|DESC|DAEMON|PIDFILE)$/i
const WILDCARDS = 4
const LONGEST_LINE = 100_000
const PATHS = 50
const LONGEST_PATH = 4096
const NAMED = /(\/etc\/(?:default|sysconfig)\/)["']?(?:([\w.@+-]+)|([$%`]))/g
const SHELL = /^#!\s*\S*\b(?:ba|da|k|z)?sh\b/
/** `. /lib/x/functions`, `exec $SCRIPT`: what it does is not all here. */
const GOES_ON = /^\s*(?:\.|source)\s+|(?:&&|\|\||;|\bthen|\bdo)\s+(?:\.|source)\s+/m

/** Files in /etc/default and /etc/sysconfig that configure a service which does not look at them. */
export function* unreadDefaults(
  units: Units,
  sources: EnvironmentSources,
  standingOf: (unit: Unit) => Standing,
  version: number,
): Generator<Draft | {readonly unknown: Missing}> {
  let readers: Readers | null = null
  const unreadFolder = sources.missing?.find(({input}) => input === 'service-defaults')
  if (unreadFolder) yield {unknown: unreadFolder}
  for (const file of sources.defaults) {
    const path = pathOf(file)
    const unit = path === null ? undefined : units.byName.get(`${path.slice(path.lastIndexOf('/') + 1)}.service`)
    if (path === null || !unit || unit.loadState !== 'loaded' || unit.fragmentPath === null) continue
    if (unit.unitFileState === 'generated' || unit.unread.length > 0) continue
    readers ??= new Readers(units, sources)
    if (readers.has(path) || readers.mayReadMore(unit)) continue
    const unreadProgram = readers.unknownOf(unit)
    if (unreadProgram) {
      yield {unknown: missing(unreadProgram.input, unreadProgram.reason, `${unit.name}: ${unreadProgram.detail}`)}
    } else if (file.status === 'missing') {
      yield {unknown: file}
    } else if (file.status === 'file') {
      const draft = draftOf(path, file, unit, standingOf(unit), version)
      if (draft) yield draft
    }
  }
}

function pathOf(file: NamedFile): string | null {
  if (file.status !== 'missing') return file.path
  // What is missing names its path first.
  return /(\/etc\/(?:default|sysconfig)\/[^\s:]+)/.exec(file.detail)?.[1] ?? null
}

function draftOf(
  path: string,
  {text, invalidUtf8}: NamedFile & {status: 'file'},
  unit: Unit,
  standing: Standing,
  version: number,
): Draft | null {
  const {assignments, commented} = parseEnvironmentFile(text, {version, invalidUtf8})
  const names = [
    ...new Set(assignments.flatMap(({name, value}) => (value.trim() === '' || SWITCH.test(name) ? [] : [name]))),
  ]
  if (names.length === 0) return null
  const words = wording['defaults-file-unread']
  // Packages ship such files; where a comment of it is set as well, somebody has set it.
  const edited = names.some((name) => looksOptional(name) && commented.some((each) => each.name === name))
  const quiet = standing.lowered > 0 || !edited ? {quiet: true as const} : {}
  const lines = assignments.filter(({name}) => names.includes(name)).slice(0, 4)
  return {
    rule: 'defaults-file-unread',
    subject: {kind: 'file', name: path},
    confidence: 'likely',
    summary: words.summary(path, unit.name, list(names.length > 4 ? [...names.slice(0, 4), 'more'] : names)),
    why: words.why(unit.sysv?.script ?? null),
    evidence: [
      ...lines.map(({name, line}) => ({source: `${path}:${line}`, excerpt: `${name}=...`})),
      ...unit.assignments
        .filter(({section, key}) => section === 'Service' && key === 'ExecStart')
        .slice(0, 1)
        .map(({path: file, line, text: first}) => ({source: `${file}:${line}`, excerpt: first.trim()})),
    ],
    remediation: [manual(`Set in a drop-in what is to be set (systemctl edit ${unit.name}), and remove ${path}`)],
    ...quiet,
  }
}

/** What reads files: EnvironmentFile=, and scripts that units start. */
class Readers {
  readonly #sources: EnvironmentSources
  readonly #patterns: RegExp[] = []
  /** Named by EnvironmentFile=, a command or a script. */
  readonly #named = new Set<string>()
  readonly #programs = new Map<string, string[]>()

  constructor(units: Units, sources: EnvironmentSources) {
    this.#sources = sources
    const seen = new Set<string>()
    for (const unit of units.units) {
      const programs: string[] = []
      for (const {key, value} of unit.assignments) {
        if (key === 'EnvironmentFile') this.#addFile(value.replace(/^-/, ''), unit.name)
        if (!/^Exec[A-Z]/.test(key)) continue
        this.#addText(value, [stemOf(unit.name)])
        const paths = (value.slice(0, LONGEST_LINE).match(/\/[\w./+@-]+/g) ?? []).slice(0, PATHS)
        programs.push(...paths.slice(0, 3))
        for (const path of paths) {
          if (seen.has(path)) continue
          seen.add(path)
          const program = sources.program(path)
          const names = [stemOf(unit.name), path.slice(path.lastIndexOf('/') + 1)]
          if (program.status === 'script') this.#addText(program.text, names)
        }
      }
      if (programs.length > 0) this.#programs.set(unit.name, programs)
    }
  }

  has(path: string): boolean {
    return this.#named.has(path) || this.#patterns.some((pattern) => pattern.test(path))
  }

  /** Wildcards, and specifiers that do not follow from the name, stand for anything; but not for anything at all. */
  #addFile(path: string, unit: string): void {
    if (path.length > LONGEST_PATH) return
    const instance = /@([^@]+)\.\w+$/.exec(unit)?.[1]
    const named = path.includes('%')
      ? path
          .replace(/%[pPN]/g, () => stemOf(unit))
          .replace(/%n/g, () => unit)
          .replace(/%[iI]/g, (specifier) => instance ?? specifier)
      : path
    const pieces = named.split(/(?:%.|[*?]|\[[^\]]*\])+/)
    const kept = pieces.length > WILDCARDS ? [pieces[0] ?? '', ''] : pieces
    if (kept.length === 1) this.#named.add(named)
    else if (!kept[0]?.endsWith('/') || kept.slice(1).join('') !== '') this.#patterns.push(patternOf(kept))
  }

  /** @param names what `. /etc/default/$NAME` in it may mean: its own name and that of the unit */
  #addText(text: string, names: readonly string[]): void {
    for (const [, folder = '', name = '', variable = ''] of text.matchAll(NAMED)) {
      if (name !== '') this.#named.add(`${folder}${name.replace(/\.+$/, '')}`)
      else if (variable !== '') for (const each of names) this.#named.add(`${folder}${each}`)
    }
  }

  /** A script of the unit goes on to others, which nobody has looked at. */
  mayReadMore(unit: Unit): boolean {
    const programs = (this.#programs.get(unit.name) ?? []).map((path) => this.#sources.program(path))
    return programs.some((program) => {
      if (program.status === 'missing') return program.reason === 'truncated'
      return program.status === 'script' && (!SHELL.test(program.text) || GOES_ON.test(program.text))
    })
  }

  /** A program of the unit of which nobody knows whether it is a script. */
  unknownOf(unit: Unit): Missing | null {
    for (const path of this.#programs.get(unit.name)?.slice(0, 1) ?? []) {
      const program = this.#sources.program(path)
      // One that is too large to be read whole is a script, and may well read the file.
      if (program.status === 'missing' && program.reason !== 'truncated') return program
    }
    return null
  }
}

function patternOf(pieces: readonly string[]): RegExp {
  return new RegExp(`^${pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`)
}

/** `app@one.service` -> `app` */
function stemOf(unit: string): string {
  return unit.replace(/@.*$|\.\w+$/, '')
}
