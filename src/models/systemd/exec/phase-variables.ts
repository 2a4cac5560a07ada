import type {Entry, Layer} from './layer.js'
import {type Settings, SYSTEMD, serviceType} from './settings.js'

export interface Phase {
  /** `ExecStart`, `ExecStop`, ... */
  readonly directive: string
  readonly type: 'service' | 'socket'
}

type State = Entry['state']

const RESULT = ['ExecStop', 'ExecStopPost']
const WITH_MAIN = ['ExecStartPost', 'ExecReload', 'ExecReloadPost', 'ExecStop', 'ExecStopPost']
const MONITORED = ['ExecStartPre', 'ExecStart']

const SET = named('set', false)
const CONDITIONAL = named('conditional', false)
const WRONG_PHASE = named('wrong-phase', false)
const RARE = {conditional: named('conditional', true), 'wrong-phase': named('wrong-phase', true)}

/** Variables that systemd sets itself, and for some commands of a unit only: service_spawn() of src/core/service.c. */
export function phaseVariables(settings: Settings, phase: Phase, version: number): Layer {
  const entries = new Map<string, Entry>()
  const {directive, type} = phase
  if (type === 'service') {
    setResult(directive, version, entries)
    setMainPid(settings, phase, version, entries)
    setNotification(settings, phase, version, entries)
    setActivation(directive === 'ExecStart' || settings.value('StandardInput') === 'socket', version, entries)
  } else if (settings.boolean('PassFileDescriptorsToExec') === true && directive !== 'ExecStartPre') {
    put(entries, ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'], SET, version >= 256)
    put(entries, ['LISTEN_PIDFDID'], SET, version >= 259)
  }
  put(entries, ['MEMORY_PRESSURE_WATCH', 'MEMORY_PRESSURE_WRITE'], RARE.conditional, version >= 254)
  return {entries, open: null}
}

function setResult(directive: string, version: number, entries: Map<string, Entry>): void {
  const ended = RESULT.includes(directive)
  put(entries, ['SERVICE_RESULT'], ended ? SET : WRONG_PHASE, version >= 232)
  put(entries, ['EXIT_CODE', 'EXIT_STATUS'], ended ? CONDITIONAL : WRONG_PHASE, version >= 232)
  const monitored = MONITORED.includes(directive) ? RARE.conditional : RARE['wrong-phase']
  put(entries, MONITOR, monitored, version >= 251)
  put(entries, TRIGGER, RARE.conditional, version >= 252)
}

const MONITOR = [
  'MONITOR_SERVICE_RESULT',
  'MONITOR_EXIT_CODE',
  'MONITOR_EXIT_STATUS',
  'MONITOR_INVOCATION_ID',
  'MONITOR_UNIT',
]
const TRIGGER = ['TRIGGER_UNIT', 'TRIGGER_PATH', 'TRIGGER_TIMER_REALTIME_USEC', 'TRIGGER_TIMER_MONOTONIC_USEC']

/** @param handed the command may get the unit's sockets */
function setActivation(handed: boolean, version: number, entries: Map<string, Entry>): void {
  put(entries, ['REMOTE_ADDR', 'REMOTE_PORT'], RARE.conditional, version >= 220)
  put(entries, ['SO_COOKIE'], RARE.conditional, version >= 258)
  const sockets = handed ? RARE.conditional : RARE['wrong-phase']
  put(entries, ['LISTEN_PID', 'LISTEN_FDS'], sockets, true)
  put(entries, ['LISTEN_FDNAMES'], sockets, version >= 227)
  put(entries, ['LISTEN_PIDFDID'], sockets, version >= 259)
  put(entries, ['DEBUG_INVOCATION'], RARE.conditional, version >= 257)
}

function setMainPid(settings: Settings, {directive}: Phase, version: number, entries: Map<string, Entry>): void {
  // The main process of Type=oneshot has ended when these run.
  const over =
    serviceType(settings, version) === 'oneshot' &&
    ['ExecStartPost', 'ExecReload', 'ExecReloadPost'].includes(directive)
  const state = WITH_MAIN.includes(directive) && !over ? 'conditional' : 'wrong-phase'
  put(entries, ['MAINPID'], state === 'conditional' ? CONDITIONAL : WRONG_PHASE, true)
  put(entries, ['MAINPIDFDID'], RARE[state], version >= 258)
}

function setNotification(settings: Settings, {directive}: Phase, version: number, entries: Map<string, Entry>): void {
  const watchdog = /[1-9]|infinity/.test(settings.value('WatchdogSec'))
  const store = /[1-9]/.test(settings.value('FileDescriptorStoreMax'))
  const wanting = watchdog || (store && version >= 239)
  const notifies = serviceType(settings, version)?.startsWith('notify') === true || wanting
  const wanted = settings.oneOf('NotifyAccess', ['none', 'main', 'exec', 'all'])?.value ?? ''
  const access = wanted === '' || wanted === 'none' ? (notifies ? 'main' : 'none') : wanted
  const main = directive === 'ExecStart'
  const toControl = access === 'all' || (access === 'exec' && version >= 233)
  if (access !== 'none') {
    const entry = main || toControl ? SET : WRONG_PHASE
    put(entries, ['NOTIFY_SOCKET'], entry, true)
    put(entries, ['FDSTORE'], entry, version >= 254 && store)
  }
  put(entries, ['WATCHDOG_PID', 'WATCHDOG_USEC'], main || version < 231 ? SET : WRONG_PHASE, watchdog)
}

/** One that is known only when the command runs. `rare`: set only where something outside of the unit asks for it. */
function named(state: State, rare: boolean): Entry {
  return {value: null, origin: SYSTEMD, state, ...(rare ? {rare} : {})}
}

function put(entries: Map<string, Entry>, names: readonly string[], entry: Entry, known: boolean): void {
  if (known) for (const name of names) entries.set(name, entry)
}
