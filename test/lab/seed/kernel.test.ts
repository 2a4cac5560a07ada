import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import forkLimit from '../../../src/checkers/fork-limit/index.js'
import {check} from '../../../src/engine/check.js'
import type {Finding} from '../../../src/model/finding.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import {eventually} from '../../support/lab/command.js'
import {guard} from '../../support/lab/guard.js'
import {describeLab} from '../../support/lab/requirements.js'
import {pidsRoot} from '../forks/lab-cgroups.js'
import {freshUids} from './private-host.js'

/** A shell with sleeping children, which forks once more when it is told to. */
interface Sleepers {
  /** Does the kernel let it create another task? */
  fork(): Promise<boolean>
  end(): Promise<void>
}

const SHELL = `i=0; while [ $i -lt "$1" ]; do sleep 1000 & i=$((i+1)); done; echo ready
while read -r _; do (exit 0) && echo forked; done`

/** @param argv runs the shell: under a UID, a limit, a cgroup */
async function sleepers(count: number, argv: readonly [string, ...string[]]): Promise<Sleepers> {
  const [program, ...args] = argv
  const child = spawn(program, [...args, 'sh', '-c', SHELL, 'sh', String(count)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const {release} = guard('kill -KILL "-$1" 2>/dev/null', String(child.pid))
  // The shell says on stderr that it cannot fork, and ends.
  const answer = () =>
    new Promise<string>((resolve) => {
      child.stdout.once('data', (text) => resolve(String(text)))
      child.stderr.once('data', (text) => resolve(String(text)))
    })
  const said = await answer()
  if (said.trim() !== 'ready') throw new Error(said)
  return {
    async fork() {
      const answered = answer()
      child.stdin.write('\n')
      return (await answered).trim() === 'forked'
    },
    async end() {
      const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
      await release()
      await exited
    },
  }
}

/** What fork-limit says of this machine about one subject. */
async function findingsOn(name: string): Promise<Pick<Finding, 'id' | 'severity' | 'summary' | 'confidence'>[]> {
  const report = await check(createLiveSource({timeoutMs: 20_000}), [forkLimit], {
    failOn: 'error',
    wanted: () => true,
    accepted: [],
    tool: {name: 'netdoctor', version: '0.0.0'},
  })
  return report.findings
    .filter(({subject}) => subject.name === name)
    .map(({id, severity, summary, confidence}) => ({id, severity, summary, confidence}))
}

describeLab('fork-limit and the kernel', ['root', 'setpriv', 'prlimit'], () => {
  it.each([
    [22, 'fork-limit/headroom-low', true],
    [24, 'fork-limit/fork-blocked', false],
  ])('agree about a shell with %i children under a limit of 25', async (children, id, forks) => {
    const uid = await freshUids()
    const argv = ['setpriv', `--reuid=${uid}`, '--clear-groups', 'prlimit', '--nproc=25'] as const
    const shell = await sleepers(children, argv)
    try {
      expect(await findingsOn(`UID ${uid}`)).toMatchObject([{id, confidence: 'certain'}])
      expect(await shell.fork()).toBe(forks)
    } finally {
      await shell.end()
    }
  })

  it('agree that half of a limit is no reason to worry', async () => {
    const uid = await freshUids()
    const shell = await sleepers(12, ['setpriv', `--reuid=${uid}`, '--clear-groups', 'prlimit', '--nproc=25'])
    try {
      expect(await findingsOn(`UID ${uid}`)).toEqual([])
    } finally {
      await shell.end()
    }
  })
})

describeLab(
  'fork-limit and the pids controller',
  ['root', {lacking: pidsRoot === null ? 'no cgroup of the pids controller can be made here' : null}],
  () => {
    it('agree about a full cgroup, and about what it refused', async () => {
      const name = `nd-fork-limit-${process.pid}`
      const folder = `${pidsRoot}/${name}`
      mkdirSync(folder)
      const {release} = guard('for _ in $(seq 50); do rmdir "$1" 2>/dev/null && break; sleep 0.1; done', folder)
      try {
        writeFileSync(`${folder}/pids.max`, '30')
        const enter = ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', folder] as const
        const shell = await sleepers(29, enter)
        try {
          expect(await findingsOn(`/${name}`)).toMatchObject([
            {
              id: 'fork-limit/pids-cgroup-full',
              severity: 'error',
              summary: `cgroup /${name} cannot create another process or thread: 30 of 30 tasks that its cgroup may have`,
            },
          ])
          expect(await shell.fork()).toBe(false)
        } finally {
          await shell.end()
        }
        // Those it leaves behind count until init has reaped them.
        await eventually('its tasks are gone', 60, async () =>
          readFileSync(`${folder}/pids.current`, 'utf8').trim() === '0' ? true : null,
        )
        expect(await findingsOn(`/${name}`)).toMatchObject([{id: 'fork-limit/past-failure', confidence: 'certain'}])
      } finally {
        await release()
      }
    })
  },
)
