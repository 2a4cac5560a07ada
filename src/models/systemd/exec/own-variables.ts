import {simplifyPath} from '../../../facts/systemd/exec-line.js'
import {resolveSpecifiers, type SpecifierContext} from '../../../facts/systemd/specifiers.js'
import {splitWords} from '../../../facts/systemd/words.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {loginOf} from './accounts.js'
import type {Entry, Layer} from './layer.js'
import {placeOf, type Settings, SYSTEMD, serviceType} from './settings.js'

export interface Phase {
  /** `ExecStart`, `ExecStop`, ... */
  readonly directive: string
  readonly type: 'service' | 'socket'
}

type Context = SpecifierContext & {readonly version: number}

const START = ['ExecStart']
const RESULT = ['ExecStop', 'ExecStopPost']
const WITH_MAIN = ['ExecStartPost', 'ExecReload', 'ExecReloadPost', 'ExecStop', 'ExecStopPost']
const MONITORED = ['ExecStartPre', 'ExecStart']
const FOLDERS = [
  ['RuntimeDirectory', 'RUNTIME_DIRECTORY', '/run'],
  ['StateDirectory', 'STATE_DIRECTORY', '/var/lib'],
  ['CacheDirectory', 'CACHE_DIRECTORY', '/var/cache'],
  ['LogsDirectory', 'LOGS_DIRECTORY', '/var/log'],
  ['ConfigurationDirectory', 'CONFIGURATION_DIRECTORY', '/etc'],
] as const

/**
 * Variables that systemd sets itself for a command of a unit: service_spawn() of src/core/service.c and
 * build_environment() of src/core/exec-invoke.c (execute.c before 255).
 */
export function ownVariables(settings: Settings, phase: Phase, context: Context, sources: EnvironmentSources): Layer {
  const {version} = context
  const entries = new Map<string, Entry>()
  const set = (name: string, value: string | null = null, since = 0): void => {
    if (version >= since) entries.set(name, {value, origin: SYSTEMD, state: 'set'})
  }
  const perhaps = (names: string, since: number, phases: readonly string[] | null = null, rare = true): void => {
    if (version < since) return
    const state = phases === null || phases.includes(phase.directive) ? 'conditional' : 'wrong-phase'
    for (const name of names.split(' ')) entries.set(name, {value: null, origin: SYSTEMD, state, rare})
  }
  const service = phase.type === 'service'
  if (service) {
    setMainPid(settings, phase, version, entries)
    setNotification(settings, phase, version, entries)
    perhaps('SERVICE_RESULT EXIT_CODE EXIT_STATUS', 232, RESULT, false)
    if (RESULT.includes(phase.directive)) set('SERVICE_RESULT', null, 232)
    const monitor = 'MONITOR_SERVICE_RESULT MONITOR_EXIT_CODE MONITOR_EXIT_STATUS MONITOR_INVOCATION_ID MONITOR_UNIT'
    perhaps(monitor, 251, MONITORED)
    perhaps('TRIGGER_UNIT TRIGGER_PATH TRIGGER_TIMER_REALTIME_USEC TRIGGER_TIMER_MONOTONIC_USEC', 252)
    perhaps('REMOTE_ADDR REMOTE_PORT', 220)
    perhaps('SO_COOKIE', 258)
    const sockets = settings.value('StandardInput') === 'socket' ? null : START
    perhaps('LISTEN_PID LISTEN_FDS', 0, sockets)
    perhaps('LISTEN_FDNAMES', 227, sockets)
    perhaps('LISTEN_PIDFDID', 259, sockets)
    perhaps('DEBUG_INVOCATION', 257)
    const pidFile = settings.last('PIDFile')
    if (pidFile && pidFile.value !== '') set('PIDFILE', pidFilePath(pidFile.value, context), 242)
  }
  if (!service && settings.boolean('PassFileDescriptorsToExec') === true && phase.directive !== 'ExecStartPre') {
    for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) set(name, null, 256)
    set('LISTEN_PIDFDID', null, 259)
  }
  setLogin(settings, sources, version, entries)
  set('INVOCATION_ID', null, 232)
  set('SYSTEMD_EXEC_PID', null, 248)
  if (usesTerminal(settings)) set('TERM')
  setJournalStream(settings, version, entries)
  if (settings.value('LogNamespace') !== '') set('LOG_NAMESPACE', settings.value('LogNamespace'), 245)
  setFolders(settings, context, entries)
  const credentials = [
    'LoadCredential',
    'LoadCredentialEncrypted',
    'SetCredential',
    'SetCredentialEncrypted',
    'ImportCredential',
  ]
  if (credentials.some((key) => settings.list(key).length > 0)) {
    set('CREDENTIALS_DIRECTORY', `/run/credentials/${context.unit}`, 247)
  }
  perhaps('MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE', 254)
  return {entries, open: null}
}

function setMainPid(settings: Settings, {directive}: Phase, version: number, entries: Map<string, Entry>): void {
  // The main process of Type=oneshot has ended when these run.
  const over =
    serviceType(settings, version) === 'oneshot' &&
    ['ExecStartPost', 'ExecReload', 'ExecReloadPost'].includes(directive)
  const state = WITH_MAIN.includes(directive) && !over ? 'conditional' : 'wrong-phase'
  entries.set('MAINPID', {value: null, origin: SYSTEMD, state})
  if (version >= 258) entries.set('MAINPIDFDID', {value: null, origin: SYSTEMD, state, rare: true})
}

function setNotification(settings: Settings, {directive}: Phase, version: number, entries: Map<string, Entry>): void {
  const entry = (state: Entry['state']): Entry => ({value: null, origin: SYSTEMD, state})
  const watchdog = /[1-9]|infinity/.test(settings.value('WatchdogSec'))
  const store = /[1-9]/.test(settings.value('FileDescriptorStoreMax'))
  const wanting = watchdog || (store && version >= 239)
  const notifies = serviceType(settings, version)?.startsWith('notify') === true || wanting
  const wanted = settings.oneOf('NotifyAccess', ['none', 'main', 'exec', 'all'])?.value ?? ''
  const access = wanted === '' || wanted === 'none' ? (notifies ? 'main' : 'none') : wanted
  const main = directive === 'ExecStart'
  const toControl = access === 'all' || (access === 'exec' && version >= 233)
  if (access !== 'none') {
    const state = main || toControl ? 'set' : 'wrong-phase'
    entries.set('NOTIFY_SOCKET', entry(state))
    if (version >= 254 && store) entries.set('FDSTORE', entry(state))
  }
  if (!watchdog) return
  const state = main || version < 231 ? 'set' : 'wrong-phase'
  for (const name of ['WATCHDOG_PID', 'WATCHDOG_USEC']) entries.set(name, entry(state))
}

/** USER, LOGNAME, HOME and SHELL. */
function setLogin(settings: Settings, sources: EnvironmentSources, version: number, entries: Map<string, Entry>): void {
  const user = settings.last('User')
  const named = user !== null && user.value !== ''
  const dynamic = version >= 232 && settings.boolean('DynamicUser') === true
  if (!named && !dynamic && version < 255) return
  const login = loginOf(settings, sources, version)
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
    const assignments = settings.list(key)
    const last = assignments.at(-1)
    if (!last) continue
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
