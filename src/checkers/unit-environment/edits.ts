import type {Assignment} from '../../facts/systemd/unit-file.js'
import type {Unit} from '../../facts/units.js'
import type {Remediation} from '../../model/finding.js'
import type {EnvironmentFile, Place} from '../../models/systemd/exec/prediction.js'
import {type LineChange, patchOf} from '../shared/patch.js'
import {list} from './wording.js'

/** Longest settings that are printed anew. */
const LONGEST = 20_000
/** Drop-in that the edits of this checker go to, where a file is the vendor's. */
const DROP_IN = '90-environment.conf'

export function run(title: string, argv: readonly [string, ...string[]], disruptive = false): Remediation {
  return {title, kind: 'command', argv, safety: disruptive ? 'disruptive' : 'safe', persistent: true}
}

export function manual(title: string): Remediation {
  return {title, kind: 'manual', safety: 'safe', persistent: true}
}

export function edit(title: string, path: string, patch: string): Remediation {
  return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
}

type Commented = EnvironmentFile['commented'][number]

/** The lines of one file that would set some variables, taken out of their comments. */
export function uncomment(path: string, commented: readonly Commented[], all: readonly Commented[]): Remediation[] {
  const plain: LineChange[] = []
  const names: string[] = []
  const others: Remediation[] = []
  for (const {name, line, text} of commented) {
    const value = plainDefault(name, all, 0)
    // A carriage return would not survive in a patch.
    if (value !== null && !text.includes('\r')) {
      plain.push({line, from: text, to: `${name}=${value}`})
      names.push(name)
    } else others.push(uncommentBlindly(path, name, line, rawValue(text)))
  }
  if (plain.length === 0) return others
  return [
    edit(
      `Take ${list(names)} out of ${plain.length === 1 ? 'its comment' : 'their comments'}`,
      path,
      patchOf(path, plain),
    ),
    ...others,
  ]
}

/** Without showing what may be a secret. */
function uncommentBlindly(path: string, name: string, line: number, value: string): Remediation {
  const needsWork = /\$|\s#|`/.test(value)
  if (needsWork) {
    return manual(
      `Set ${name} in ${path}, as line ${line} would (#${name}=...): the value in full, for systemd expands nothing in it and knows no comment behind it`,
    )
  }
  return run(`Take ${name} out of its comment in line ${line} of ${path}`, [
    'sed',
    '-i',
    `${line}s/^[#;[:space:]]*\\(export[[:space:]]*\\)\\{0,1\\}//`,
    path,
  ])
}

/** A path, a number or nothing, which is no secret; other commented-out variables in it are put in. */
function plainDefault(name: string, all: readonly Commented[], depth: number): string | null {
  const found = all.find((each) => each.name === name)
  if (!found || depth > 4) return null
  const raw = rawValue(found.text)
  const value = /^'[^']*'$|^"[^"]*"$/.test(raw) ? raw.slice(1, -1) : raw
  const reference = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))(\/[\w@%+:,./-]*)?$/.exec(value)
  if (reference) {
    const [, braced, bare, rest = ''] = reference
    const base = plainDefault(braced ?? bare ?? '', all, depth + 1)
    return base === null ? null : `${base}${rest}`
  }
  return /^(?:\/[\w@%+:,./-]*|\d*)$/.test(value) ? value : null
}

function rawValue(text: string): string {
  return text.slice(text.indexOf('=') + 1).trim()
}

/** Removes `export` before a variable. The value is not shown. */
export function withoutExport({path, line}: Place, name: string): Remediation {
  return run(`Take “export” away before ${name} in ${path}`, [
    'sed',
    '-i',
    `${line}s/^[[:space:]]*export[[:space:]]*//`,
    path,
  ])
}

/**
 * Changes settings of a unit: the line itself where the administrator wrote it, else a drop-in that replaces all
 * settings of that key.
 *
 * @param change from the text of a setting to what it should be; the same text: no change
 */
export function changeSettings(
  title: string,
  unit: Unit,
  keys: readonly string[],
  change: (value: string, assignment: Assignment) => string,
): Remediation[] {
  const own: Map<string, LineChange[]> = new Map()
  const section = unit.type === 'socket' ? 'Socket' : 'Service'
  const dropIn: string[] = []
  let tooLong = false
  for (const key of new Set(keys)) {
    const all = unit.assignments.filter((each) => each.section === section && each.key === key)
    const current = all.slice(all.findLastIndex(({value}) => value === '') + 1)
    const changed = current.filter((each) => change(each.value, each) !== each.value)
    if (changed.length === 0) continue
    // What nobody would read need not be printed.
    const size = current.reduce((sum, {value}) => sum + value.length, 0)
    if (size > LONGEST) {
      tooLong = true
      continue
    }
    if (changed.every((each) => isOwn(each) && change(each.text, each) !== each.text)) {
      for (const each of changed) {
        const changes = own.get(each.path) ?? []
        own.set(each.path, [...changes, {line: each.line, from: each.text, to: change(each.text, each)}])
      }
    } else dropIn.push(`${key}=`, ...current.map((each) => `${key}=${change(each.value, each)}`))
  }
  const edits = [...own].map(([path, changes]) => edit(title, path, patchOf(path, changes)))
  if (tooLong) edits.push(manual(title))
  return dropIn.length === 0 ? edits : [...edits, newDropIn(title, unit, section, dropIn)]
}

function newDropIn(title: string, unit: Unit, section: string, lines: readonly string[]): Remediation {
  const path = `/etc/systemd/system/${unit.template ?? unit.name}.d/${DROP_IN}`
  if (unit.dropInPaths.includes(path)) return manual(`${title}, in ${path}`)
  const all = [`[${section}]`, ...lines]
  const added = all.map((line) => `+${line}\n`).join('')
  return edit(title, path, `--- /dev/null\n+++ ${path}\n@@ -0,0 +1,${all.length} @@\n${added}`)
}

/** Of the administrator, and on one line. */
function isOwn({path, text, value}: Assignment): boolean {
  return path.startsWith('/etc/systemd/system/') && !text.endsWith('\\') && text.trimEnd().endsWith(value)
}

/** `$FOO` and `$FOO/x` -> `${FOO}` and `${FOO}/x`. */
export function inBraces(text: string, names: readonly string[]): string {
  return names.reduce(
    (changed, name) =>
      changed.replace(new RegExp(`(?<!\\$)\\$${escaped(name)}(?![A-Za-z0-9_])`, 'g'), () => `\${${name}}`),
    text,
  )
}

/** `${x}` -> `$${x}`, which leaves it to the shell. */
export function leftToShell(text: string, names: readonly string[]): string {
  return names.reduce(
    (changed, name) => changed.replace(new RegExp(`(?<!\\$)\\$\\{${escaped(name)}\\}`, 'g'), (found) => `$${found}`),
    text,
  )
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
