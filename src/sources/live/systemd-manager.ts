import {lstatSync} from 'node:fs'
import {type Missing, type MissingReason, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import type {SystemdManagerRecord} from '../records.js'
import type {ProbeContext} from './probe.js'
import {runCommand} from './run-command.js'
import {activeMounts, manager, parseEnvironment, parseProperties, parseUnitList} from './systemd-manager-text.js'

const INPUT = 'systemd-manager'
/** What PID 1 tells of a unit takes it a millisecond, whatever is asked for. Most mounts, devices and scopes have no file. */
const TYPES = ['*.service', '*.socket', '*.timer', '*.path', '*.target', '*.automount', '*.swap']
const PROPERTIES = [
  'Id',
  'Names',
  'LoadState',
  'ActiveState',
  'SubState',
  'Type',
  'RemainAfterExit',
  'Result',
  'UnitFileState',
  'FragmentPath',
  'SourcePath',
  'DropInPaths',
  'NeedDaemonReload',
  'Transient',
  'WantedBy',
  'RequiredBy',
  'UpheldBy',
  'BoundBy',
  'TriggeredBy',
  'ActiveEnterTimestamp',
  'ActiveEnterTimestampMonotonic',
  'ExecMainStartTimestampMonotonic',
  'ControlGroup',
].join(',')

type Command = readonly [string, ...string[]]

const SHOW: Command = ['systemctl', 'show', '--no-pager', `--property=${PROPERTIES}`, '--']
const SHOW_MANAGER: Command = ['systemctl', 'show', '--no-pager', '--property=Version,Environment']
const SHOW_ENVIRONMENT: Command = ['systemctl', 'show-environment']
const LIST: Command = ['systemctl', 'list-units', '--no-pager', '--all', '--full', '--plain', '--no-legend']

/**
 * What PID 1 says of the units that it has loaded: all of them with their state, those that are not inactive with
 * all properties. Patterns match loaded units only (ListUnitsByPatterns of org.freedesktop.systemd1), so that asking
 * loads none. Starts nothing where PID 1 is not systemd.
 */
export async function probeSystemdManager(context: ProbeContext): Promise<Raw | Missing> {
  if (!isBooted()) return missing(INPUT, 'absent', 'PID 1 is not systemd')
  if (process.geteuid?.() !== 0 && !(await dbusRuns(context))) {
    return missing(
      INPUT,
      'unsupported',
      'without root PID 1 is asked over D-Bus, which does not run or is hidden from us',
    )
  }
  const run = (argv: Command) => runCommand(argv, {input: INPUT, timeoutMs: context.timeoutMs})
  const [system, shown, list, files] = await Promise.all([
    run(SHOW_MANAGER),
    run([...SHOW, ...TYPES]),
    run(LIST),
    context.collect('systemd-units'),
  ])
  for (const answer of [system, shown, list]) if (answer.status === 'missing') return asDenied(answer)
  if (system.status === 'missing' || shown.status === 'missing' || list.status === 'missing') throw new Error(INPUT)
  const states = parseUnitList(list.text)
  const patterns = activeMounts(states, files)
  const mounts = patterns.length === 0 ? null : await run([...SHOW, ...patterns])
  if (mounts?.status === 'missing') return asDenied(mounts)

  const units = new Map(states.map((unit) => [unit.Id ?? '', unit]))
  for (const unit of parseProperties(`${shown.text}\n\n${mounts?.text ?? ''}`)) units.set(unit.Id ?? '', unit)
  const {version, environment} = manager(system.text)
  const record: SystemdManagerRecord = {
    version,
    units: [...units.values()],
    environment: environment ?? (await printedEnvironment(run)),
  }
  return {status: 'raw', origin: 'systemctl show', text: `${JSON.stringify(record)}\n`}
}

async function printedEnvironment(run: (argv: Command) => Promise<Raw | Missing>) {
  const printed = await run(SHOW_ENVIRONMENT)
  return printed.status === 'raw' ? parseEnvironment(printed.text) : null
}

/** sd_booted(3) */
function isBooted(): boolean {
  return lstatSync('/run/systemd/system', {throwIfNoEntry: false})?.isDirectory() ?? false
}

/** Root asks PID 1 itself, by /run/systemd/private. Everybody else's connection could start the bus (dbus.socket). */
async function dbusRuns(context: ProbeContext): Promise<boolean> {
  const processes = await context.collect('processes')
  return processes.status === 'raw' && /"comm":"dbus-(daemon|broker)/.test(processes.text)
}

/** systemctl tells all that goes wrong by exit code 1 and a text. */
function asDenied(answer: Missing): Missing {
  if (answer.reason !== 'invalid') return answer
  const reason: MissingReason = /access denied|permission denied|not permitted/i.test(answer.detail)
    ? 'denied'
    : /failed to connect to (system scope )?bus/i.test(answer.detail)
      ? 'unsupported'
      : 'invalid'
  return missing(INPUT, reason, `systemctl: ${answer.detail.slice(answer.detail.indexOf(': exit code') + 2)}`)
}
