import {afterAll, beforeAll, expect, it} from 'vitest'
import {type Dockerd, importImage, removeContainer, run, startDockerd} from '../../support/lab/docker.js'
import {describeLab} from '../../support/lab/requirements.js'
import {avahiConf, startAvahi} from './avahi.js'
import {check, expectedExit} from './check.js'
import {freshUids, type PrivateHost, privateHost, tenSleepers} from './private-host.js'

const UNIT = `[Service]
ExecStart=/bin/true
User=search
LimitNPROC=3
`

describeLab(
  'a service whose UID a container has too',
  ['root', 'dockerd', 'docker', 'busybox', 'avahi-daemon', 'unshare', 'ip', 'setpriv', 'prlimit'],
  () => {
    let daemon: Dockerd
    let host: PrivateHost
    let image: (uid: number) => Promise<string>

    beforeAll(async () => {
      daemon = await startDockerd()
      host = await privateHost(daemon.dir, await freshUids(), {
        avahiConf: avahiConf(3),
        units: {'lab-search.service': UNIT},
      })
      image = (uid) =>
        importImage(daemon, {
          passwd: `root:x:0:0::/:/bin/sh\nelasticsearch:x:${uid}:${uid}::/:/bin/sh\n`,
          user: 'elasticsearch',
        })
    })
    afterAll(() => daemon?.stop())

    const AVAHI = 'avahi-daemon.service'

    it('cannot fork, after it set its own limit: avahi-daemon', async () => {
      const clean = await check(host, daemon, AVAHI)
      expect(clean.ours).toEqual([])
      expect(clean.exitCode).toBe(expectedExit(clean, 0))
      expect(await startAvahi(host)).toMatchObject({started: true})

      const name = `${daemon.id}-elasticsearch`
      const container = await run(daemon, {image: await image(host.uid), name, command: tenSleepers})
      const predicted = await check(host, daemon, AVAHI, name)
      expect(predicted.exitCode).toBe(1)
      expect(predicted.ours).toContainEqual(
        expect.objectContaining({
          id: 'fork-limit/start-blocked',
          severity: 'error',
          confidence: 'certain',
          subject: {kind: 'service', name: AVAHI},
          summary:
            `${AVAHI} will not start, its fork fails: its limit is 3 tasks, ` +
            `and 11 tasks of container ${name} already run under its UID ${host.uid} (avahi)`,
          causedBy: {id: 'uid-collision/shared-task-limit', subject: {kind: 'container', name}},
          evidence: expect.arrayContaining([{source: '/etc/avahi/avahi-daemon.conf:9', excerpt: 'rlimit-nproc=3'}]),
        }),
      )
      const failed = await startAvahi(host)
      expect(failed.started).toBe(false)
      expect(failed.log).toContain('chroot.c: fork() failed: Resource temporarily unavailable')

      await removeContainer(daemon, container)
      const after = await check(host, daemon, AVAHI, name)
      expect(after.ours).toEqual([])
      expect(after.exitCode).toBe(expectedExit(after, 0))
      expect(await startAvahi(host)).toMatchObject({started: true})
    })

    /** What systemd does for User= and LimitNPROC=: setrlimit(), then setresuid(), then execve(). */
    const startAsSystemdDoes = (limit: number) => {
      const account = [`--reuid=${host.uid + 1}`, `--regid=${host.uid + 1}`, '--clear-groups']
      return host.run(['prlimit', `--nproc=${limit}`, 'setpriv', ...account, '/bin/true'])
    }

    it('cannot be executed, when the limit was set before its UID: LimitNPROC= with User=', async () => {
      const unit = 'lab-search.service'
      expect((await check(host, daemon, unit)).ours).toEqual([])
      expect(await startAsSystemdDoes(3)).toMatchObject({code: 0})

      const name = `${daemon.id}-search`
      const container = await run(daemon, {image: await image(host.uid + 1), name, command: tenSleepers})
      const predicted = await check(host, daemon, unit, name)
      expect(predicted.exitCode).toBe(1)
      expect(predicted.ours).toContainEqual(
        expect.objectContaining({
          id: 'fork-limit/start-blocked',
          subject: {kind: 'service', name: unit},
          summary: expect.stringContaining('will not start (status=203/EXEC)'),
          evidence: expect.arrayContaining([{source: `/etc/systemd/system/${unit}:4`, excerpt: 'LimitNPROC=3'}]),
        }),
      )
      const failed = await startAsSystemdDoes(3)
      expect(failed.code).not.toBe(0)
      expect(failed.stderr).toContain('failed to execute /bin/true: Resource temporarily unavailable')
      // With as many tasks as the limit allows it is executed: 11 others, limit 11; 10 is one too few.
      expect(await startAsSystemdDoes(11)).toMatchObject({code: 0})
      expect((await startAsSystemdDoes(10)).code).not.toBe(0)

      await removeContainer(daemon, container)
      expect((await check(host, daemon, unit, name)).ours).toEqual([])
      expect(await startAsSystemdDoes(3)).toMatchObject({code: 0})
    })
  },
)
