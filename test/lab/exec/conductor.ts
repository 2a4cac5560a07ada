import type {BootedDebian} from '../../support/lab/booted.js'
import {type Message, readMessages} from './journal.js'
import {succeed} from './machine.js'
import {type Recording, readRecordings} from './recordings.js'

/** What systemd says of a unit. */
export interface RealUnit {
  readonly id: string
  readonly loadState: string
}

/** When a process was started: with its unit, at a reload, or when it was stopped. */
export type Moment = 'start' | 'reload' | 'stop'

export interface Observed extends Recording {
  readonly moment: Moment
}

export interface Observation {
  readonly version: number
  /** By the name that was asked for. */
  readonly units: ReadonlyMap<string, RealUnit>
  readonly recordings: readonly Observed[]
  /** What the journal says of variables; null before version 254, which is silent. */
  readonly messages: readonly Message[] | null
}

/**
 * Starts all units that can be loaded, reloads those that run, stops them, and gathers what was recorded.
 *
 * @param triggered units that others start
 */
export async function conduct(
  machine: BootedDebian,
  names: readonly string[],
  triggered: readonly string[] = [],
): Promise<Observation> {
  const units = await ask(machine, [...names, ...triggered])
  const ids = [...units]
    .filter(([name, {loadState}]) => loadState === 'loaded' && !triggered.includes(name))
    .map(([, {id}]) => id)
  // Some were asked for by several names.
  const loaded = [...new Set(ids)]
  await each(machine, 'start', loaded)
  const reloaded = process.hrtime.bigint()
  const running = await activeOf(machine, loaded)
  await each(
    machine,
    'reload',
    running.filter(({canReload}) => canReload).map(({id}) => id),
  )
  const stopped = process.hrtime.bigint()
  // Sockets first: they would start their services again.
  const active = running.map(({id}) => id).sort((a, b) => Number(b.endsWith('.socket')) - Number(a.endsWith('.socket')))
  await each(machine, 'stop', active)
  const momentOf = (time: bigint): Moment => (time < reloaded ? 'start' : time < stopped ? 'reload' : 'stop')
  return {
    version: machine.version,
    units,
    recordings: readRecordings(machine.root).map((recording) => ({...recording, moment: momentOf(recording.time)})),
    messages: machine.version >= 254 ? await readMessages(machine) : null,
  }
}

async function ask(machine: BootedDebian, names: readonly string[]): Promise<Map<string, RealUnit>> {
  const blocks = await show(machine, names, ['Id', 'LoadState'])
  return new Map(
    blocks.map((block, at) => [names[at] ?? '', {id: block.Id ?? '', loadState: block.LoadState ?? ''}] as const),
  )
}

async function activeOf(machine: BootedDebian, names: readonly string[]) {
  const blocks = await show(machine, names, ['Id', 'ActiveState', 'CanReload'])
  return blocks
    .filter(({ActiveState}) => ActiveState === 'active')
    .map(({Id = '', CanReload}) => ({id: Id, canReload: CanReload === 'yes'}))
}

type Block = Readonly<Record<string, string>>

/** One answer does for all, unless systemd cannot answer for one of them. */
async function show(machine: BootedDebian, names: readonly string[], properties: readonly string[]): Promise<Block[]> {
  if (names.length === 0) return []
  const question = ['systemctl', 'show', '--no-pager', '-p', properties.join(), '--', ...names] as const
  const {code, stdout, stderr} = await machine.run(question)
  if (code !== 0) {
    if (names.length === 1) return [await askBus(machine, names[0] ?? '', stderr)]
    const half = Math.ceil(names.length / 2)
    const parts = [names.slice(0, half), names.slice(half)]
    return (await Promise.all(parts.map((part) => show(machine, part, properties)))).flat()
  }
  const blocks = stdout.trim().split('\n\n')
  if (blocks.length !== names.length) throw new Error(`asked for ${names.length} units, answered for ${blocks.length}`)
  return blocks.map((block): Block => {
    return Object.fromEntries(
      block.split('\n').map((line) => {
        const equals = line.indexOf('=')
        return [line.slice(0, equals), line.slice(equals + 1)]
      }),
    )
  })
}

const ASK_BUS = `path=$(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
  LoadUnit s "$1" | cut -d '"' -f 2)
for property in Id LoadState ActiveState CanReload; do
  busctl get-property org.freedesktop.systemd1 "$path" org.freedesktop.systemd1.Unit $property
done`

/** Some of its properties alone: with arguments that are no UTF-8 it cannot tell all of them. */
async function askBus(machine: BootedDebian, name: string, why: string): Promise<Block> {
  const {stdout} = await machine.run(['sh', '-c', ASK_BUS, 'sh', name])
  const [id, loadState = why, activeState = '', canReload] = [...stdout.matchAll(/^[sb] "?(.*?)"?$/gm)].map(
    ([, text]) => text,
  )
  return {
    Id: id ?? name,
    LoadState: loadState,
    ActiveState: activeState,
    CanReload: canReload === 'true' ? 'yes' : 'no',
  }
}

/** Some of them fail, which is what they are for. */
async function each(machine: BootedDebian, verb: 'start' | 'reload' | 'stop', names: readonly string[]): Promise<void> {
  if (names.length > 0) await machine.run(['systemctl', verb, '--no-block', '--no-ask-password', '--', ...names])
  await idle(machine)
}

const IDLE = `for _ in $(seq 3000); do
  jobs=$(systemctl list-jobs --no-legend --no-pager | grep ' nd' || :)
  busy=$(systemctl list-units --no-legend --no-pager --plain --state=activating,deactivating,reloading 'nd*')
  [ -n "$jobs$busy" ] || exit 0
  sleep 0.1
done
echo "$jobs$busy" | head >&2
exit 1`

async function idle(machine: BootedDebian): Promise<void> {
  await succeed(machine, ['sh', '-c', IDLE])
}
