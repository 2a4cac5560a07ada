import {expect, it} from 'vitest'
import {bootDebian} from '../../support/lab/booted.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {differencesOf, filesShown, hasRival, PROPERTIES, parseShown} from './compare.js'
import {oursOf} from './ours.js'
import {putFiles} from './put-files.js'
import {randomFiles} from './random-files.js'

const SEED = Number(process.env.NETDOCTOR_SEED ?? 7)
const FAMILIES = Number(process.env.NETDOCTOR_CASES ?? 150)
const RELEASES = (process.env.NETDOCTOR_LAB_RELEASES ?? 'bullseye bookworm trixie sid').split(' ')

const STATES = `export SYSTEMD_COLORS=0
while read -r name; do
  state=$(systemctl is-enabled -- "$name" 2>&1 | tail -n 1)
  case $state in
    # What it asks for the sake of init scripts, before it comes to the question.
    *'look up'*) state=$(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 \\
      org.freedesktop.systemd1.Manager GetUnitFileState s "$name" 2>&1 | sed 's/^s "\\(.*\\)"$/\\1/') ;;
  esac
  printf '%s %s\\n' "$name" "$state"
done`

const CAT = `while read -r name; do
  printf '@ %s\\n' "$name"
  systemctl cat -- "$name" 2>/dev/null || echo '# failed'
done`

const needs = ['root', 'systemd-nspawn', 'debootstrap', 'nsenter']

describeLab(`units as systemd loads them, seed ${SEED}`, needs, () => {
  it.each(RELEASES)(`%s: all that Debian ships and ${FAMILIES} families of random ones`, async (release) => {
    const booted = await bootDebian({release})
    const work = await scratch()
    try {
      const {files, names} = randomFiles(SEED, FAMILIES, `${SEED}`, booted.version)
      await putFiles(work.dir, files)
      await booted.copyIn(work.dir)
      expect(await booted.run(['systemctl', 'daemon-reload'])).toMatchObject({code: 0})
      const ours = await oursOf(booted.root)
      expect(ours.gaps).toEqual([])
      expect(ours.units.version).toBe(booted.version)
      const all = [...new Set([...names, ...ours.units.byName.keys()])].sort()
      // Of templates, and of instances of what has none, systemctl show knows nothing.
      const loadable = all.filter((name) => !/@\.[a-z]+$|@.*\.(slice|mount|swap)$/.test(name))
      const show = await booted.run(['systemctl', 'show', '-p', PROPERTIES.join(), '--', ...loadable])
      const shown = parseShown(show.stdout, loadable)
      expect(show.stderr).toBe('')
      expect(shown.size).toBe(loadable.length)
      const differences = loadable.flatMap((name) => differencesOf(name, shown.get(name) ?? {}, ours))

      const states = await booted.run(['sh', '-c', STATES], `${all.join('\n')}\n`)
      for (const line of states.stdout.trimEnd().split('\n')) {
        const [name = '', ...words] = line.split(' ')
        const state = ours.isEnabled(name)
        // Of init scripts it asks systemd-sysv-install(8).
        if (stateOf(words.join(' ')) !== state && !ours.units.byName.get(name)?.sysv) {
          differences.push(`${name}: is-enabled ${state}, real ${words.join(' ')}`)
        }
      }

      let count = 0
      // Units of which there are files; what systemd refuses it does not print.
      const printed = loadable.filter(
        (name) => shown.get(name)?.LoadState === 'loaded' && shown.get(name)?.FragmentPath,
      )
      const cat = await booted.run(['sh', '-c', CAT], `${printed.join('\n')}\n`)
      for (const [name, paths] of filesShown(cat.stdout)) {
        const unit = ours.units.load(name)
        // See there: not one of the names that it always has.
        if (unit && name !== unit.name && !unit.aliases.includes(name)) continue
        if (unit && hasRival(name, unit, shown.get(name) ?? {}, booted.version)) continue
        const expected = ours.filesOf(name)
        // A link that leads nowhere it leaves out, or it stops there.
        const failed = paths.at(-1) === 'failed'
        const told = failed ? paths.slice(0, -1) : paths
        if (told.join() !== (failed ? expected.filter((path) => told.includes(path)) : expected).join()) {
          differences.push(`${name}: files ${expected.join(' ')}, printed ${paths.join(' ')}`)
        }
        count += told.length
      }

      expect(differences).toEqual([])
      const counts = new Map<string, number>()
      for (const {LoadState, UnitFileState} of shown.values()) {
        const key = `${LoadState} ${UnitFileState}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      console.log(
        `${release}: systemd ${booted.version}, seed ${SEED}: ${loadable.length} units shown, ${all.length} asked is-enabled,`,
        `${printed.length} printed (${count} files)`,
        Object.fromEntries(counts),
      )
    } finally {
      await booted.stop()
      await work.remove()
    }
  })
})

function stateOf(answer: string): string {
  if (!/Failed to get unit file state|Call failed/.test(answer)) return answer
  return /No such file or directory|does not exist/.test(answer) ? 'not-found' : 'bad'
}
