import {type ExecCommand, type ExecLineContext, parseExecLine} from '../../../facts/systemd/exec-line.js'
import type {Assignment} from '../../../facts/systemd/unit-file.js'
import type {Unit} from '../../../facts/units.js'
import type {IgnoredAssignment, Place} from './prediction.js'
import {placeOf, type Settings, serviceType} from './settings.js'

export const execDirectives = {
  service: [
    'ExecCondition',
    'ExecStartPre',
    'ExecStart',
    'ExecStartPost',
    'ExecReload',
    'ExecReloadPost',
    'ExecStop',
    'ExecStopPost',
  ],
  socket: ['ExecStartPre', 'ExecStartPost', 'ExecStopPre', 'ExecStopPost'],
} as const

const SINCE: Readonly<Record<string, number>> = {ExecCondition: 243, ExecReloadPost: 259}

export interface PlacedCommand extends ExecCommand {
  readonly directive: string
  /** Among the commands of this directive, from 0. */
  readonly index: number
  readonly at: Place
}

export interface UnitCommands {
  /** Those of the unit's assignments that systemd gets to see. */
  readonly assignments: readonly Assignment[]
  readonly commands: readonly PlacedCommand[]
  readonly ignored: readonly IgnoredAssignment[]
  /** For this systemd refuses the unit. */
  readonly refused: {readonly message: string; readonly at: Place | null} | null
}

/** All commands of a unit, in the order of the directives. */
export function unitCommands(unit: Unit, type: 'service' | 'socket', context: ExecLineContext): UnitCommands {
  const section = type === 'service' ? 'Service' : 'Socket'
  const known: readonly string[] = execDirectives[type].filter((name) => (SINCE[name] ?? 0) <= context.version)
  const lists = new Map<string, PlacedCommand[]>(known.map((name) => [name, []]))
  const ignored: IgnoredAssignment[] = []
  const assignments: Assignment[] = []
  const abandoned = new Set<string>()
  for (const assignment of unit.assignments) {
    if (abandoned.has(assignment.path)) continue
    assignments.push(assignment)
    const list = assignment.section === section ? lists.get(assignment.key) : undefined
    if (!list) continue
    if (assignment.value === '') {
      list.length = 0
      continue
    }
    const at = placeOf(assignment)
    const line = parseExecLine(assignment.value, context)
    for (const command of line.commands) list.push({...command, directive: assignment.key, index: list.length, at})
    if (line.error === null) continue
    const isDropIn = assignment.path !== unit.fragmentPath
    if (line.fatal && !isDropIn) {
      return {assignments, commands: [], ignored, refused: {message: `${assignment.key}=: ${line.error}`, at}}
    }
    // unit_load_dropin() does not look at what config_parse() returns: the file ends here, the unit loads.
    if (line.fatal) abandoned.add(assignment.path)
    const why = line.fatal ? `${line.error}; systemd ignores the rest of this file` : line.error
    ignored.push({at, name: assignment.key, why})
  }
  return {assignments, commands: [...lists.values()].flat(), ignored, refused: null}
}

/** service_verify() of src/core/service.c: what it refuses for its commands. */
export function serviceProblem(
  commands: readonly PlacedCommand[],
  settings: Settings,
  assignments: readonly Assignment[],
  version: number,
): UnitCommands['refused'] {
  const start = commands.filter(({directive}) => directive === 'ExecStart')
  const stops = commands.some(({directive}) => directive === 'ExecStop')
  const chosen = settings.value('BusName') !== '' ? 'dbus' : start.length > 0 ? 'simple' : 'oneshot'
  const type = serviceType(settings, version) ?? chosen
  const last = lastOf(assignments, 'SuccessAction')
  const acts = version >= 240 && last !== null && last.value !== '' && last.value !== 'none'
  const refuse = (message: string, at: Place | null = null) => ({message: `Service ${message}. Refusing.`, at})
  if (start.length === 0 && !stops && !acts) {
    return refuse(
      version >= 240
        ? 'has no ExecStart=, ExecStop=, or SuccessAction='
        : 'lacks both ExecStart= and ExecStop= setting',
    )
  }
  if (start.length === 0 && type !== 'oneshot') {
    return refuse('has no ExecStart= setting, which is only allowed for Type=oneshot services')
  }
  if (start.length === 0 && settings.boolean('RemainAfterExit') !== true && !acts) {
    return refuse('has no ExecStart= and no SuccessAction= settings and does not have RemainAfterExit=yes set')
  }
  if (start.length > 1 && type !== 'oneshot') {
    const message = 'has more than one ExecStart= setting, which is only allowed for Type=oneshot services'
    return refuse(message, start[1]?.at ?? null)
  }
  const restart = settings.oneOf('Restart', RESTARTS)
  if (type === 'oneshot' && restart && restartRefused(restart.value, version)) {
    return refuse(`has Restart=${restart.value}, which isn't allowed for Type=oneshot services`, placeOf(restart))
  }
  if (type === 'dbus' && settings.value('BusName') === '') {
    return refuse('is of type D-Bus but no D-Bus service name has been specified')
  }
  return null
}

/** socket_verify() of src/core/socket.c: what it refuses for want of anything to listen on. */
export function socketProblem(assignments: readonly Assignment[]): UnitCommands['refused'] {
  const listens = assignments.filter(({section, key}) => section === 'Socket' && LISTENS.test(key))
  // An empty one of any kind resets all kinds.
  if (listens.at(-1)?.value) return null
  return {message: 'Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, ...). Refusing.', at: null}
}

const LISTENS = /^Listen(Stream|Datagram|SequentialPacket|FIFO|Netlink|Special|MessageQueue|USBFunction)$/

const RESTARTS = ['no', 'on-success', 'on-failure', 'on-abnormal', 'on-watchdog', 'on-abort', 'always']

function restartRefused(value: string, version: number): boolean {
  if (version >= 244) return value === 'always' || value === 'on-success'
  return value !== 'no'
}

function lastOf(assignments: readonly Assignment[], key: string): Assignment | null {
  return assignments.findLast((assignment) => assignment.section === 'Unit' && assignment.key === key) ?? null
}
