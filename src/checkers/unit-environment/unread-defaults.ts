import {parseEnvironmentFile} from '../../facts/systemd/environment-file.js'
import type {EnvironmentSources, NamedFile} from '../../facts/unit-environment.js'
import type {Unit, Units} from '../../facts/units.js'
import {type Missing, missing} from '../../model/missing.js'
import type {Draft} from './draft.js'
import {manual} from './edits.js'
import type {Standing} from './standing.js'
import {list, wording} from './wording.js'

/** Switches of init scripts: that a unit does not look at them is what everybody expects. */
const SWITCH =
  /^(?:(?:START|RUN|ENABLED?|DISABLED?|AUTOSTART|VERBOSE)(?:_.*)?|.*_(?:START|RUN|ENABLED?|DISABLED?|AUTOSTART)|NAME|DESC|DAEMON|PIDFILE)$/i
const WILDCARDS = 4

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
    if (readers.has(path)) continue
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
  const {assignments} = parseEnvironmentFile(text, {version, invalidUtf8})
  const names = [
    ...new Set(assignments.flatMap(({name, value}) => (value.trim() === '' || SWITCH.test(name) ? [] : [name]))),
  ]
  if (names.length === 0) return null
  const words = wording['defaults-file-unread']
  const quiet = standing.lowered > 0 ? {quiet: true as const} : {}
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
  readonly #patterns: readonly RegExp[]
  /** Words of commands and texts of scripts, by the name of their unit. */
  readonly #texts: readonly {readonly unit: string; readonly text: string}[]
  readonly #programs = new Map<string, readonly string[]>()

  constructor(units: Units, sources: EnvironmentSources) {
    this.#sources = sources
    const patterns: RegExp[] = []
    const texts: {unit: string; text: string}[] = []
    const seen = new Set<string>()
    for (const unit of units.units) {
      for (const {key, value} of unit.assignments) {
        if (key === 'EnvironmentFile') patterns.push(patternOf(value.replace(/^-/, '')))
        if (!/^Exec[A-Z]/.test(key)) continue
        texts.push({unit: unit.name, text: value})
        const paths = value.match(/\/[\w./+@-]+/g) ?? []
        this.#programs.set(unit.name, [...(this.#programs.get(unit.name) ?? []), ...paths.slice(0, 3)])
        for (const path of paths) {
          if (seen.has(path)) continue
          seen.add(path)
          const program = sources.program(path)
          if (program.status === 'script') texts.push({unit: unit.name, text: program.text})
        }
      }
    }
    this.#patterns = patterns
    this.#texts = texts
  }

  has(path: string): boolean {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const name = path.slice(folder.length)
    if (this.#patterns.some((pattern) => pattern.test(path))) return true
    return this.#texts.some(({unit, text}) => {
      if (mentions(text, path)) return true
      // `. /etc/default/$NAME`
      const dynamic = new RegExp(`${folder}["']?[$%\`]`).test(text)
      return dynamic && (unit === `${name}.service` || text.includes(name))
    })
  }

  /** A program of the unit of which nobody knows whether it is a script. */
  unknownOf(unit: Unit): Missing | null {
    for (const path of this.#programs.get(unit.name)?.slice(0, 1) ?? []) {
      const program = this.#sources.program(path)
      if (program.status === 'missing') return program
    }
    return null
  }
}

/** The path, and not only the beginning of a longer one. */
function mentions(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    if (!/[\w.-]/.test(text.charAt(at + path.length))) return true
  }
  return false
}

/** Specifiers and wildcards stand for anything. */
function patternOf(path: string): RegExp {
  const pieces = path.split(/(?:%.|[*?]|\[[^\]]*\])+/)
  const kept = pieces.length > WILDCARDS ? [pieces[0] ?? '', ''] : pieces
  return new RegExp(`^${kept.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`)
}
