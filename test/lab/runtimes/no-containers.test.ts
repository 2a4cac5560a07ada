import {type ChildProcess, spawn} from 'node:child_process'
import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {command, eventually} from '../../support/lab/command.js'
import {liveHost} from '../../support/lab/host.js'
import {buildRootfs} from '../../support/lab/image.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'

const user = ['setpriv', '--reuid', '61321', '--regid', '61321', '--clear-groups']

describeLab('what is not a container', ['root', 'unshare', 'setpriv', 'busybox'], () => {
  it.each<[string, boolean, (rootfs: string) => readonly string[]]>([
    ['a service with a mount namespace', false, () => ['unshare', '-m', 'sleep', '1000']],
    ['a PID namespace with the root of the host', false, () => ['unshare', '-pmf', '--kill-child', 'sleep', '1000']],
    [
      'a sandbox of a user',
      false,
      (root) => [...user, 'unshare', '-Urpmf', '--kill-child', 'chroot', root, '/bin/sleep', '1000'],
    ],
    ['the user namespace of a user', false, () => [...user, 'unshare', '-Urm', 'sleep', '1000']],
    // The same with the accounts of another root is one, so the others could have been.
    ['a root of its own', true, (root) => ['unshare', '-pmf', '--kill-child', 'chroot', root, '/bin/sleep', '1000']],
  ])('%s', async (_, isContainer, argv) => {
    const work = await scratch()
    let child: ChildProcess | undefined
    try {
      const root = join(work.dir, 'root')
      await mkdir(root)
      for (const folder of [work.dir, root]) await chmod(folder, 0o755)
      await buildRootfs(root)
      const [program = '', ...args] = argv(root)
      child = spawn(program, args, {stdio: 'ignore'})
      const pids = await eventually('it sleeps', 10, async () => {
        const tree = await command(['ps', '-o', 'pid=,comm=', '--pid', `${child?.pid}`, '--ppid', `${child?.pid}`])
        return tree.includes('sleep') ? tree.match(/\d+(?= )/g)?.map(Number) : null
      })
      const fact = await liveHost().fact('containers')
      if (!fact.known) throw new Error(JSON.stringify(fact.missing))
      const held = fact.value.containers.filter(({processes}) => processes.some(({pid}) => pids?.includes(pid)))
      expect(held).toHaveLength(isContainer ? 1 : 0)
      expect(fact.gaps.filter(({detail}) => pids?.some((pid) => detail.includes(String(pid))))).toEqual([])
    } finally {
      child?.kill('SIGKILL')
      await work.remove()
    }
  })
})
