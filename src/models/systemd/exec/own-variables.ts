import {simplifyPath} from '../../../facts/systemd/exec-line.js'
import {resolveSpecifiers, type SpecifierContext} from '../../../facts/systemd/specifiers.js'
import {splitWords} from '../../../facts/systemd/words.js'
import {type Accounts, loginOf} from './accounts.js'
import type {Entry, Layer} from './layer.js'
import {placeOf, type Settings, SYSTEMD} from './settings.js'

type Context = SpecifierContext & {readonly version: number}

const FOLDERS = [
  ['RuntimeDirectory', 'RUNTIME_DIRECTORY', '/run'],
  ['StateDirectory', 'STATE_DIRECTORY', '/var/lib'],
  ['CacheDirectory', 'CACHE_DIRECTORY', '/var/cache'],
  ['LogsDirectory', 'LOGS_DIRECTORY', '/var/log'],
  ['ConfigurationDirectory', 'CONFIGURATION_DIRECTORY', '/etc'],
] as const

const CREDENTIALS = [
  'LoadCredential',
  'LoadCredentialEncrypted',
  'SetCredential',
  'SetCredentialEncrypted',
  'ImportCredential',
]

/**
 * Variables that systemd sets itself for all commands of a unit: service_spawn() of src/core/service.c and
 * build_environment() of src/core/exec-invoke.c (execute.c before 255).
 */
export function ownVariables(
  settings: Settings,
  type: 'service' | 'socket',
  context: Context,
  accounts: Accounts,
): Layer {
  const {version} = context
  const entries = new Map<string, Entry>()
  const set = (name: string, value: string | null = null, since = 0): void => {
    if (version >= since) entries.set(name, {value, origin: SYSTEMD, state: 'set'})
  }
  const pidFile = type === 'service' ? settings.value('PIDFile') : ''
  if (pidFile !== '') set('PIDFILE', pidFilePath(pidFile, context), 242)
  setLogin(settings, accounts, version, entries)
  set('INVOCATION_ID', null, 232)
  set('SYSTEMD_EXEC_PID', null, 248)
  if (usesTerminal(settings)) set('TERM')
  setJournalStream(settings, version, entries)
  if (settings.value('LogNamespace') !== '') set('LOG_NAMESPACE', settings.value('LogNamespace'), 245)
  setFolders(settings, context, entries)
  if (CREDENTIALS.some((key) => settings.last(key) && settings.list(key).length > 0)) {
    set('CREDENTIALS_DIRECTORY', `/run/credentials/${context.unit}`, 247)
  }
  return {entries, open: null}
}

/** USER, LOGNAME, HOME and SHELL. */
function setLogin(settings: Settings, accounts: Accounts, version: number, entries: Map<string, Entry>): void {
  const user = settings.last('User')
  const named = user !== null && user.value !== ''
  const dynamic = version >= 232 && settings.boolean('DynamicUser') === true
  if (!named && !dynamic && version < 255) return
  const login = loginOf(settings, accounts, version)
  const origin = named ? placeOf(user) : SYSTEMD
  const set = (key: string, value: string | null): void => {
    if (value === 'none') return
    // Of an account that nobody looked up: `/` and nologin shells would be left out.
    const state = value === null && key !== 'USER' && key !== 'LOGNAME' ? 'unknown' : 'set'
    entries.set(key, {value, origin, state})
  }
  set('USER', login.user)
  const wanted = version >= 255 ? settings.boolean('SetLoginEnvironment') : null
  const pam = version >= 256 && settings.value('PAMName') !== ''
  if (!(wanted ?? (named || dynamic || pam))) return
  set('LOGNAME', login.user)
  set('HOME', login.home)
  set('SHELL', login.shell)
}

function usesTerminal(settings: Settings): boolean {
  if (settings.value('TTYPath') !== '') return true
  return ['StandardInput', 'StandardOutput', 'StandardError'].some((key) => /^tty|\+console$/.test(settings.value(key)))
}

function setJournalStream(settings: Settings, version: number, entries: Map<string, Entry>): void {
  if (version < 231) return
  const output = settings.value('StandardOutput') || 'default'
  const error = settings.value('StandardError') || 'inherit'
  const goes = (to: string): boolean => /^(journal|syslog|kmsg)/.test(to)
  if (goes(output) || goes(error)) entries.set('JOURNAL_STREAM', {value: null, origin: SYSTEMD, state: 'set'})
  else if (output === 'default' || output === 'inherit') {
    const state =
      /^(tty|socket|fd)/.test(settings.value('StandardInput')) || output === 'inherit' ? 'conditional' : 'set'
    entries.set('JOURNAL_STREAM', {value: null, origin: SYSTEMD, state})
  }
}

function setFolders(settings: Settings, context: Context, entries: Map<string, Entry>): void {
  if (context.version < 240) return
  for (const [key, name, root] of FOLDERS) {
    const last = settings.last(key)
    if (!last) continue
    const assignments = settings.list(key)
    const words = assignments.flatMap(({value}) => splitWords(value, {escapes: false}) ?? [])
    if (words.length === 0) continue
    const value = assignments.some((each) => each.value.includes('\\')) ? null : joinFolders(words, root, context)
    entries.set(name, {value, origin: placeOf(last), state: 'set'})
  }
}

/** null: not known. */
function joinFolders(words: readonly string[], root: string, context: Context): string | null {
  const folders: string[] = []
  for (const word of words) {
    // Since 250 a name for a link may follow a colon.
    const path = resolveSpecifiers(context.version < 250 ? word : (word.split(':')[0] ?? ''), context)
    if (path.status !== 'text' || path.text.includes(':')) return null
    folders.push(`${root}/${simplifyPath(path.text)}`)
  }
  if (context.version < 252) return folders.join(':')
  return [...new Set(folders)].sort(comparePaths).join(':')
}

/** path_compare(): part by part, by bytes. */
function comparePaths(one: string, other: string): number {
  const parts = other.split('/')
  for (const [at, part] of one.split('/').entries()) {
    const compared = Buffer.compare(Buffer.from(part), Buffer.from(parts[at] ?? ''))
    if (compared !== 0) return compared
  }
  return one.length - other.length
}

function pidFilePath(value: string, context: Context): string | null {
  const path = resolveSpecifiers(value, context)
  if (path.status !== 'text') return null
  return path.text.startsWith('/') ? path.text : `/run/${path.text}`
}
