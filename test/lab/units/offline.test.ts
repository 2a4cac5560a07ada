import {mkdir, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {expect, it} from 'vitest'
import {tryCommand} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {oursOf} from './ours.js'
import {putFiles} from './put-files.js'
import {randomFiles} from './random-files.js'

const SEED = Number(process.env.NETDOCTOR_SEED ?? 7)
const FAMILIES = Number(process.env.NETDOCTOR_CASES ?? 150)

describeLab(`unit files of a mounted root, seed ${SEED}`, ['systemctl'], () => {
  it(`have the states that systemctl --root gives them, ${FAMILIES} families of random ones`, async () => {
    const version = Number(/^systemd (\d+)/.exec((await tryCommand(['systemctl', '--version'])).stdout)?.[1])
    const work = await scratch()
    try {
      const {files, names} = randomFiles(SEED, FAMILIES, `${SEED}`, version)
      await mkdir(join(work.dir, 'usr/lib/systemd'), {recursive: true})
      await symlink('usr/lib', join(work.dir, 'lib'))
      // Below a root it looks for what a link leads to with the root's path before it twice (CHASE_PREFIX_ROOT of
      // null_or_empty_path_with_root(), of a path that has it), and finds no masks that are empty files.
      await mkdir(join(work.dir, dirname(work.dir)), {recursive: true})
      await symlink('/', join(work.dir, work.dir))
      // Of a root it follows links to folders out of it, and finds no masks without a /dev.
      const inside = Object.entries(files).filter(([path, text]) => !(path.endsWith('.d') && text.startsWith('-> ')))
      const own = {'/dev/null': '', [`/usr/lib/systemd/libsystemd-shared-${version}.so`]: ''}
      await putFiles(work.dir, {...Object.fromEntries(inside), ...own})
      const ours = await oursOf(work.dir)
      expect(ours.gaps).toEqual([])
      const every = [...new Set([...names, ...ours.units.byName.keys()])].sort()
      // Of init scripts it asks systemd-sysv-install(8).
      const all = every.filter((name) => !ours.units.byName.get(name)?.sysv)
      const differences: string[] = []
      for (const name of all) {
        const {stdout, stderr} = await tryCommand(['systemctl', `--root=${work.dir}`, 'is-enabled', '--', name])
        const real = stdout.trim() || (/No such file or directory|does not exist/.test(stderr) ? 'not-found' : 'bad')
        const state = ours.isEnabled(name)
        if (state !== real) differences.push(`${name}: ${state}, real ${real} ${stderr.trim()}`)
      }
      expect(differences).toEqual([])
      console.log(`systemd ${version}, seed ${SEED}: ${all.length} unit files in a mounted root`)
    } finally {
      await work.remove()
    }
  })
})
