import {predictExec} from '../../src/models/systemd/exec/predict.js'
import {environmentSourcesOf} from '../support/units.js'
import {askSystemd, bootCorpus, succeed} from './ask-systemd.js'
import {compareCommands, compareLoading, type Difference} from './compare.js'
import {factsOf} from './judge.js'
import {type Corpus, INSTANCE} from './prepare.js'
import {compareStarts} from './start.js'

export interface Comparison {
  readonly title: string
  readonly units: number
  readonly commands: number
  readonly differences: readonly Difference[]
}

type Machine = Awaited<ReturnType<typeof bootCorpus>>

/** Holds loading, enablement and Exec lines of all units of the corpus to a systemd that has them. */
export async function compareWithSystemd(corpus: Corpus): Promise<Comparison[]> {
  const machine = await bootCorpus(corpus)
  try {
    const unpacked = await compareNow(machine, corpus.systemd, 'as unpacked')
    await enableAsPreset(machine)
    const enabled = await compareNow(machine, corpus.systemd, 'after systemctl preset')
    return [unpacked, enabled, await startAll(machine)]
  } finally {
    await machine.stop()
  }
}

/** Not `preset-all`: it gives up at the first unit that is masked, or has an alias that another one took. */
async function enableAsPreset(machine: Machine): Promise<void> {
  const list = await succeed(machine, ['systemctl', 'list-unit-files', '--no-legend', '--plain', '--state=disabled'])
  const names = list.split('\n').flatMap((line) => /^\S+/.exec(line) ?? [])
  const each = 'while read -r name; do systemctl --root=/ --quiet preset -- "$name" 2>/dev/null || :; done'
  await succeed(machine, ['sh', '-c', each], names.map((name) => `${name}\n`).join(''))
  await succeed(machine, ['systemctl', 'daemon-reload'])
}

async function compareNow(machine: Machine, version: number, title: string): Promise<Comparison> {
  const list = await succeed(machine, ['systemctl', 'list-unit-files', '--no-legend', '--plain', '--no-pager'])
  const names = list
    .split('\n')
    .map((line) => line.split(/\s+/)[0] ?? '')
    .filter((name) => name !== '')
    .map((name) => name.replace('@.', `@${INSTANCE}.`))
  const answers = await askSystemd(machine, [...new Set(names)])
  const {units} = await factsOf(machine.root)
  const sources = environmentSourcesOf()
  const differences = answers.flatMap((answer): Difference[] => {
    const unit = units.load(answer.name)
    const commands =
      unit?.loadState === 'loaded' ? compareCommands(predictExec({unit, units, sources, version}), answer) : []
    return [...compareLoading(units, answer), ...commands]
  })
  const commands = answers.reduce((sum, answer) => sum + answer.commands.length, 0)
  return {title, units: answers.length, commands, differences}
}

async function startAll(machine: Machine): Promise<Comparison> {
  const {units, sources} = await factsOf(machine.root)
  const {tried, blocked, differences} = await compareStarts(machine, units, sources)
  const title = `started, where they have environment files (${blocked} could not be executed for want of them)`
  return {title, units: tried, commands: 0, differences}
}
