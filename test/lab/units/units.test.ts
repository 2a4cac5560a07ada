import {afterAll, beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {type BootedDebian, bootDebian} from '../seed/booted.js'
import {differencesOf, PROPERTIES, parseShown} from './compare.js'
import {oursOf} from './ours.js'
import {putFiles} from './put-files.js'
import {randomFiles} from './random-files.js'

const SEED = Number(process.env.NETDOCTOR_SEED ?? 7)
const FAMILIES = Number(process.env.NETDOCTOR_CASES ?? 120)
const RELEASES = (process.env.NETDOCTOR_LAB_RELEASES ?? 'bullseye bookworm trixie sid').split(' ')

const IS_ENABLED = `export SYSTEMD_COLORS=0
while read -r name; do
  state=$(systemctl is-enabled -- "$name" 2>&1 | tail -n 1)
  case $state in
    # What it asks for the sake of init scripts, before it comes to the question.
    *'look up'*) state=$(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 \
      org.freedesktop.systemd1.Manager GetUnitFileState s "$name" 2>&1 | sed 's/^s "\\(.*\\)"$/\\1/') ;;
  esac
  printf '%s %s\\n' "$name" "$state"
done`

describeLab(`units as systemd loads them, seed ${SEED}`, ['root', 'systemd-nspawn', 'debootstrap', 'nsenter'], () => {
  for (const release of RELEASES) {
    let booted: BootedDebian
    let work: Scratch
    beforeAll(async () => {
      process.env.NETDOCTOR_LAB_RELEASE = release
      process.env.SYSTEMD_NSPAWN_UNIFIED_HIERARCHY = release === 'sid' ? '1' : ''
      if (release !== 'sid') delete process.env.SYSTEMD_NSPAWN_UNIFIED_HIERARCHY
    })

    it(`${release}: all that Debian ships and ${FAMILIES} families of random ones`, async () => {
      booted = await bootDebian()
      work = await scratch()
      try {
        const {files, names} = randomFiles(SEED, FAMILIES, `${SEED}`)
        await putFiles(work.dir, files)
        await booted.copyIn(work.dir)
        expect(await booted.run(['systemctl', 'daemon-reload'])).toMatchObject({code: 0})
        const ours = await oursOf(booted.root)
        expect(ours.gaps).toEqual([])
        const all = [
          ...new Set([...names, ...ours.units.units.map(({name}) => name), ...ours.units.byName.keys()]),
        ].sort()
        // Of templates, and of instances of what has none, systemctl show knows nothing.
        const loadable = all.filter((name) => !/@\.[a-z]+$|@.*\.(slice|mount|swap)$/.test(name))
        const show = await booted.run(['systemctl', 'show', '-p', PROPERTIES.join(), '--', ...loadable])
        const shown = parseShown(show.stdout, loadable)
        expect(show.stderr).toBe('')
        expect(shown.size).toBe(loadable.length)
        const differences = loadable.flatMap((name) => differencesOf(name, shown.get(name) ?? {}, ours))
        const enabled = await booted.run(['sh', '-c', IS_ENABLED], `${all.join('\n')}\n`)
        for (const line of enabled.stdout.trimEnd().split('\n')) {
          const [name = '', ...words] = line.split(' ')
          const real = stateOf(words.join(' '))
          const state = ours.isEnabled(name)
          const sysv = ours.units.byName.get(name)?.sysv
          // Of init scripts it asks systemd-sysv-install(8).
          if (real !== state && !sysv) differences.push(`${name}: is-enabled ${state}, real ${words.join(' ')}`)
        }
        expect(differences).toEqual([])
        const states = new Map<string, number>()
        for (const {LoadState, UnitFileState} of shown.values()) {
          const key = `${LoadState} ${UnitFileState}`
          states.set(key, (states.get(key) ?? 0) + 1)
        }
        console.log(
          `${release}: systemd ${ours.units.version}, ${loadable.length} units, ${all.length} is-enabled, seed ${SEED}`,
          Object.fromEntries(states),
        )
      } finally {
        await booted.stop()
        await work.remove()
      }
    })
  }
  afterAll(() => {
    delete process.env.NETDOCTOR_LAB_RELEASE
    delete process.env.SYSTEMD_NSPAWN_UNIFIED_HIERARCHY
  })
})

function stateOf(answer: string): string {
  if (!/Failed to get unit file state|Call failed/.test(answer)) return answer
  return /No such file or directory|does not exist/.test(answer) ? 'not-found' : 'bad'
}
