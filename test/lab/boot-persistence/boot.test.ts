import {expect, it} from 'vitest'
import type {Units} from '../../../src/facts/units.js'
import {predictBoot} from '../../../src/models/systemd/boot/boot.js'
import {debianRoot, hasDebianRoot, systemdVersion} from '../../support/lab/debian-root.js'
import {describeLab} from '../../support/lab/requirements.js'
import {compareBoot} from './compare.js'
import {randomBoot} from './random-boot.js'

/** NETDOCTOR_SEED repeats a run. */
const seed = Number(process.env.NETDOCTOR_SEED ?? Math.floor(Math.random() * 1e6))
const releases = ['bullseye', 'bookworm', 'trixie', 'sid'].filter(
  (release) => release === 'bookworm' || hasDebianRoot(release),
)
const tools = ['root', 'systemd-nspawn', 'debootstrap', 'nsenter']

async function made(release: string, from: number) {
  return randomBoot(from, 100, systemdVersion(await debianRoot(release)))
}

describeLab(`what a reboot really starts (NETDOCTOR_SEED=${seed})`, tools, () => {
  it.each(releases)('is what was predicted on %s', async (release) => {
    const {differences, compared, started, undecided} = await compareBoot(release, await made(release, seed))
    expect(differences).toEqual([])
    // Hash order decides about few, and there is something to compare.
    expect(undecided).toBeLessThan(compared / 4)
    expect(started).toBeGreaterThan(10)
  })

  const mistakes: Record<string, (units: Units) => Units> = {
    'links in /run outlive a reboot': (units) =>
      withPulls(units, (path) => path.replace(/^\/run\/systemd\/system/, '/etc')),
    'generators are not run again': (units) =>
      withPulls(units, (path) => path.replace('/run/systemd/generator', '/run/x')),
    'masks do not count': (units) => ({
      ...units,
      ...mapped(units, (unit) =>
        unit.loadState === 'masked' ? {...unit, loadState: 'loaded', fragmentPath: null} : unit,
      ),
    }),
  }
  it.each(Object.entries(mistakes))('differs when %s', async (_, mistake) => {
    // A seed at which each of these decides about some unit.
    const {differences} = await compareBoot('bookworm', await made('bookworm', 11), (units) =>
      predictBoot(mistake(units)),
    )
    expect(differences).not.toEqual([])
  })
})

function withPulls(units: Units, change: (path: string) => string): Units {
  return mapped(units, (unit) => ({
    ...unit,
    pulledInBy: unit.pulledInBy.map((pulled) => ({...pulled, path: change(pulled.path)})),
  }))
}

function mapped(units: Units, change: (unit: Units['units'][number]) => Units['units'][number]): Units {
  const changed = new Map(units.units.map((unit) => [unit, change(unit)] as const))
  return {
    ...units,
    units: [...changed.values()],
    byName: new Map([...units.byName].map(([name, unit]) => [name, changed.get(unit) ?? unit] as const)),
  }
}
