import type {EnvironmentSources} from '../../src/facts/unit-environment.js'
import type {Units} from '../../src/facts/units.js'
import {predictExec} from '../../src/models/systemd/exec/predict.js'
import type {BootedDebian} from '../support/lab/booted.js'
import {END} from './ask-systemd.js'
import type {Difference} from './compare.js'

/** Starts each unit by itself: what it needs is of no interest, nor that its program is not there. */
const START = `while read -r name; do
  timeout 10 systemctl start --job-mode=ignore-dependencies -- "$name" >/dev/null 2>&1 </dev/null
  echo "$name"
  journalctl -q -o cat _PID=1 UNIT="$name"
  systemctl stop --no-block -- "$name" >/dev/null 2>&1 </dev/null
  echo '${END}'
done`

export interface Started {
  /** Units that systemd tried to execute. */
  readonly tried: number
  /** Of them those that an environment file kept from it. */
  readonly blocked: number
  readonly differences: readonly Difference[]
}

/** Whether the environment files of a service keep systemd from executing it, as predicted and as it is. */
export async function compareStarts(
  machine: BootedDebian,
  units: Units,
  sources: EnvironmentSources,
): Promise<Started> {
  const predicted = new Map<string, boolean>()
  for (const unit of units.units) {
    if (unit.type !== 'service' || unit.isTemplate || unit.loadState !== 'loaded') continue
    const {files, commands} = predictExec({unit, units, sources, version: units.version ?? 0})
    if (files.length === 0 || files.some(({state}) => state === 'unknown')) continue
    predicted.set(
      unit.name,
      commands.some(({blocked}) => blocked?.kind === 'environment-file'),
    )
  }
  const input = [...predicted.keys()].map((name) => `${name}\n`).join('')
  const {stdout} = await machine.run(['sh', '-c', START], input)
  const differences: Difference[] = []
  let tried = 0
  let blocked = 0
  for (const answer of stdout.split(`${END}\n`)) {
    const [name = '', ...journal] = answer.split('\n')
    const ours = predicted.get(name)
    // What a condition, another unit or a lack of sockets keeps from being started says nothing.
    if (ours === undefined || journal.some((line) => line.includes('Got no socket'))) continue
    if (!journal.some((line) => /^Start(ing|ed) |: Failed (to|with) /.test(line))) continue
    const theirs = journal.some((line) => line.includes('Failed to load environment files'))
    tried += 1
    if (theirs) blocked += 1
    if (ours !== theirs)
      differences.push({unit: name, about: 'kept back by an environment file', ours, theirs: journal})
  }
  return {tried, blocked, differences}
}
