import {spawn} from 'node:child_process'
import {existsSync, openSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {Finding} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import {command, eventually, tryCommand} from '../../support/lab/command.js'
import {type Dockerd, importImage, run, startDockerd} from '../../support/lab/docker.js'
import {type Guard, guard} from '../../support/lab/guard.js'
import {describeLab} from '../../support/lab/requirements.js'
import {bootRebootable, type RebootableDebian} from './rebootable.js'

/** Inside only its name runs: an engine that is not there is not asked, for a call might start it. */
const sleeper = '[Service]\nExecStart=/usr/sbin/dockerd infinity\n'
const files = {
  '/usr/sbin/dockerd': '-> /bin/sleep',
  '/usr/lib/systemd/system/docker.service': `[Unit]\nRequires=docker.socket\n${sleeper}[Install]\nWantedBy=multi-user.target\n`,
  '/usr/lib/systemd/system/docker.socket':
    '[Socket]\nListenStream=/run/nd-docker.sock\n[Install]\nWantedBy=sockets.target\n',
}

describeLab(
  'containers after a reboot',
  ['root', 'dockerd', 'docker', 'busybox', 'systemd-nspawn', 'debootstrap', 'nsenter'],
  () => {
    let daemon: Dockerd
    let second: Guard | null = null
    beforeAll(async () => {
      daemon = await startDockerd()
    })
    afterAll(async () => {
      await second?.release()
      await daemon?.stop()
    })

    /** What a reboot is for containers: their daemon ends, and another one starts on what it left. */
    const restartDaemon = async () => {
      process.kill(daemon.pid, 'SIGTERM')
      await eventually('dockerd ends', 60, async () => (existsSync(`/proc/${daemon.pid}`) ? null : true))
      const log = openSync(join(daemon.dir, 'log'), 'a')
      const stay = ['--data-root', join(daemon.dir, 'data'), '--exec-root', join(daemon.dir, 'exec')]
      const net = ['--bridge=none', '--iptables=false', '--ip6tables=false']
      const child = spawn(
        'dockerd',
        [...stay, '--pidfile', join(daemon.dir, 'pid2'), '--host', daemon.endpoint, ...net],
        {detached: true, stdio: ['ignore', log, log]},
      )
      second = guard(
        `for pid in $(docker -H "$2" ps -q | xargs -r docker -H "$2" inspect -f '{{.State.Pid}}'); do [ "$pid" -gt 1 ] && kill -KILL "$pid"; done
kill "$1"; for _ in $(seq 100); do [ -d "/proc/$1" ] || break; sleep 0.1; done`,
        String(child.pid),
        daemon.endpoint,
      )
      await eventually('dockerd answers again', 60, async () => ((await answers()) ? true : null))
    }
    const answers = async () => (await tryCommand(['docker', '-H', daemon.endpoint, 'version'])).code === 0

    const check = async (machine: RebootableDebian): Promise<readonly Finding[]> => {
      const {code, stdout, stderr} = await machine.netdoctor('check', 'boot-persistence', '--json')
      try {
        const report: Report = JSON.parse(stdout)
        return report.findings
      } catch {
        throw new Error(`exit ${code}: ${stderr}${stdout}`)
      }
    }

    it('come back with the restart policy that was missing, and with the engine that was not enabled', async () => {
      const image = await importImage(daemon)
      const sleep = ['sleep', '100000']
      const web = await run(daemon, {image, name: 'nd-web', args: ['--restart', 'always'], command: sleep})
      const worker = await run(daemon, {image, name: 'nd-worker', command: sleep})
      await run(daemon, {image, name: 'nd-once', args: ['--rm'], command: sleep})
      const machine = await bootRebootable('bookworm', files, [`${daemon.socket}:/run/docker.sock`])
      try {
        await machine.ask('systemctl', 'start', 'docker.service')
        const found = await check(machine)
        expect(found.map((one) => [one.rule, one.subject.name, one.severity])).toEqual([
          ['engine-not-started', 'docker.service', 'error'],
          ['restart-policy-missing', worker.name, 'warning'],
        ])
        // Only the socket: dockerd would be started by the first call.
        await machine.ask('systemctl', 'enable', 'docker.socket')
        expect((await check(machine))[0]?.summary).toBe(
          `container ${web.name} starts only when somebody calls docker after a boot: docker.service is started by its socket alone`,
        )

        const [enable, update] = found.flatMap(({remediation}) => remediation.map(({argv}) => argv ?? []))
        expect(enable).toEqual(['systemctl', 'enable', 'docker.service'])
        expect(update).toEqual(['docker', 'update', '--restart', 'unless-stopped', worker.name])
        const [program = '', ...args] = enable ?? []
        await machine.ask(program, ...args)
        await command(['docker', '-H', daemon.endpoint, ...(update ?? []).slice(1)])
        await machine.reboot()
        expect(await machine.ask('systemctl', 'is-active', 'docker.service')).toBe('active\n')
        expect(await check(machine)).toEqual([])
      } finally {
        await machine.stop()
      }

      const bare = await run(daemon, {image, name: 'nd-bare', command: sleep})
      const retry = await run(daemon, {image, name: 'nd-retry', args: ['--restart', 'on-failure'], command: sleep})
      await restartDaemon()
      const running = await eventually('containers are started again', 30, async () => {
        const names = (await daemon.docker('ps', '--format', '{{.Names}}')).trim().split('\n').sort()
        return names.length >= 3 ? names : null
      })
      expect(running).toEqual([retry.name, web.name, worker.name])
      expect(running).not.toContain(bare.name)
    })
  },
)
