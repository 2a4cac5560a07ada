import {FactResolver} from '../../../src/engine/fact-resolver.js'
import {facts} from '../../../src/facts/registry.js'
import type {Units} from '../../../src/facts/units.js'
import {type Boot, predictBoot} from '../../../src/models/systemd/boot/boot.js'
import {memorySource} from '../../support/memory-source.js'
import type {RandomBoot} from './random-boot.js'
import {bootRebootable, type RebootableDebian} from './rebootable.js'

export interface Comparison {
  readonly compared: number
  readonly started: number
  /** Those of which the model says itself that hash order decides. */
  readonly undecided: number
  readonly differences: readonly string[]
}

/** Boots, predicts the next boot from what lies there then, reboots, and compares. */
export async function compareBoot(release: string, made: RandomBoot, predict = predictBoot): Promise<Comparison> {
  const machine = await bootRebootable(release, made.files)
  try {
    for (const argv of made.commands) await machine.run(argv)
    const units = await unitsOf(machine)
    const boot = predict(units)
    await machine.reboot()
    const real = await startedUnits(machine, made.names)
    return compared(made.names, boot, units, real)
  } finally {
    await machine.stop()
  }
}

/** The fact `units` of a booted machine. */
export async function unitsOf(machine: RebootableDebian): Promise<Units> {
  const collect = '/netdoctor/test/lab/boot-persistence/collect-units.ts'
  const loader = '/netdoctor/node_modules/tsx/dist/loader.mjs'
  const inputs = JSON.parse(await machine.ask('/usr/bin/node', '--import', loader, collect))
  const fact = await new FactResolver(memorySource(inputs)).get(facts.units)
  if (!fact.known) throw new Error(JSON.stringify(fact.missing))
  return fact.value as Units
}

/** Which of the names were started since the boot, whatever became of them, and all that run. */
async function startedUnits(machine: RebootableDebian, names: readonly string[]): Promise<Map<string, boolean>> {
  // A unit that waits for another one is started later.
  for (let left = 100; left > 0; left--) {
    const {stdout} = await machine.run(['systemctl', 'list-jobs', '--no-legend', '--plain'])
    if (!/ (running|waiting)/.test(stdout)) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const show = await machine.ask('systemctl', 'show', '-p', 'Id,InactiveExitTimestampMonotonic', ...names)
  const started = new Map<string, boolean>()
  for (const block of show.split('\n\n')) {
    const values = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]))
    started.set(values.get('Id') ?? '', Number(values.get('InactiveExitTimestampMonotonic')) > 0)
  }
  const list = await machine.ask('systemctl', 'list-units', '--no-legend', '--plain', '--state=active')
  for (const line of list.split('\n')) if (line !== '') started.set(line.split(/\s+/)[0] ?? '', true)
  return started
}

function compared(names: readonly string[], boot: Boot, units: Units, real: Map<string, boolean>): Comparison {
  const differences: string[] = []
  let undecided = 0
  let started = 0
  const count = new Set(names.map((name) => units.byName.get(name)?.name ?? name))
  for (const name of count) {
    const start = boot.started.get(name)
    if (start && !start.certain) {
      undecided += 1
      continue
    }
    if (start) started += 1
    const really = real.get(name) ?? false
    if (really === (start !== undefined)) continue
    const steps = boot
      .into(name)
      .map(({from, kind, how, path, lost}) => `${from} ${kind} ${how} ${path}${lost ? ' lost' : ''}`)
    const state = units.byName.get(name)
    differences.push(
      `${name}: ${really ? 'started' : 'not started'}, said ${start ? 'started' : 'not'}; ${state?.loadState} ${state?.fragmentPath}; ${steps.join(', ')}; lacks ${boot.lacks(name)}`,
    )
  }
  // Whatever else of the system runs has to be explained as well.
  for (const [name, active] of real) {
    const unit = units.byName.get(name)
    if (!active || !unit || count.has(unit.name) || ['device', 'slice', 'scope', 'mount'].includes(unit.type)) continue
    if (!boot.started.has(unit.name) && !boot.onDemand.has(unit.name))
      differences.push(`${name} runs and is not explained`)
  }
  return {compared: count.size, started, undecided, differences}
}
