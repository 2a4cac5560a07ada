import type {Missing} from '../model/missing.js'
import type {Raw, Tree} from '../sources/collected.js'
import {compileName, hasWildcards} from '../sources/glob-pattern.js'
import {defineFact, known, unknown} from './define.js'
import {filesByName} from './systemd/drop-ins.js'
import {FileTree, type ReadFile} from './systemd/file-tree.js'

/** One line of sysctl.d(5). */
export interface SysctlAssignment {
  /** Path below /proc/sys, a pattern of glob(7) where the file has one: `net/ipv6/conf/eth0.10/accept_ra`. */
  readonly key: string
  /** null: `-key` alone, which takes the key out of the reach of patterns. */
  readonly value: string | null
  readonly path: string
  readonly line: number
  readonly text: string
}

const MAIN = '/etc/sysctl.conf'

/** Highest priority first: CONF_PATHS_NULSTR("sysctl.d") of systemd, and what procps reads beside them. */
const folders = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']

/**
 * Kernel settings that files ask for at boot, in the order in which they are read: of files with one name the first
 * folder wins, the names decide the order. /etc/sysctl.conf comes last, as procps reads it, unless a link in a folder
 * gives it a place (systemd-sysctl reads it only there).
 */
export const sysctlFilesFact = defineFact({
  name: 'sysctlFiles',
  inputs: ['sysctl-conf', 'sysctl-folders'],
  derive({'sysctl-conf': main, 'sysctl-folders': tree}) {
    const gaps = main.status === 'missing' && main.reason !== 'absent' ? [main] : []
    if (tree.status === 'missing' && tree.reason !== 'absent') return unknown(tree, ...gaps)
    const files = tree.status === 'missing' ? {files: [], unread: []} : inFolders(tree, main)
    const last = main.status === 'missing' || files.files.some(({path}) => path === MAIN) ? [] : [asFile(main)]
    const assignments = [...files.files, ...last].flatMap(({path, text}) => parseSysctlFile(path, text))
    return known<readonly SysctlAssignment[]>(assignments, [...gaps, ...files.unread])
  },
})

function inFolders(tree: Tree, main: Raw | Missing): {files: readonly ReadFile[]; unread: readonly Missing[]} {
  // Debian has 99-sysctl.conf -> ../sysctl.conf.
  const named: Tree | undefined =
    main.status === 'missing'
      ? undefined
      : {status: 'tree', origin: main.origin, entries: [{type: 'file', path: MAIN, text: main.text}]}
  const all = new FileTree(tree, 'sysctl-folders', {named, covers: (path) => path === MAIN})
  const {files, unread} = filesByName(all, folders)
  return {
    files: files.map((file) => all.follow(file.path) ?? file).flatMap((file) => ('status' in file ? [] : [file])),
    unread,
  }
}

function asFile({text}: Raw): ReadFile {
  return {path: MAIN, text}
}

/** parse_file() of systemd's src/sysctl/sysctl.c. What is neither an assignment nor `-key` is left out. */
export function parseSysctlFile(path: string, text: string): SysctlAssignment[] {
  const assignments: SysctlAssignment[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const sign = line.indexOf('=')
    const name = (sign < 0 ? line : line.slice(0, sign)).trim()
    if (sign < 0 && !name.startsWith('-')) continue
    const key = normalised(name.replace(/^-/, '').trim())
    if (key === '') continue
    assignments.push({key, value: sign < 0 ? null : line.slice(sign + 1).trim(), path, line: index + 1, text: raw})
  }
  return assignments
}

/** The separator that comes first separates; the other one is part of names (sysctl_normalize()). */
function normalised(key: string): string {
  const first = /[./]/.exec(key)?.[0]
  if (first !== '.') return key
  return key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
}

/**
 * The line that decides a setting: the last that names it, else the last pattern that matches it. null: none does, or
 * `-key` alone keeps patterns away.
 *
 * @param key path below /proc/sys
 */
export function assignmentOf(assignments: readonly SysctlAssignment[], key: string): SysctlAssignment | null {
  const exact = assignments.findLast((one) => one.key === key)
  if (exact) return exact.value === null ? null : exact
  return assignments.findLast((one) => one.value !== null && matchesPath(one.key, key)) ?? null
}

function matchesPath(pattern: string, key: string): boolean {
  if (!hasWildcards(pattern)) return false
  const [patterns, parts] = [pattern.split('/'), key.split('/')]
  return patterns.length === parts.length && patterns.every((each, at) => compileName(each).matches(parts[at] ?? ''))
}
