import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type BootedDebian, bootDebian} from '../../support/lab/booted.js'
import {type Dockerd, importImage, removeContainer, run, startDockerd} from '../../support/lab/docker.js'
import {describeLab} from '../../support/lab/requirements.js'
import {avahiConf} from './avahi.js'
import {check} from './check.js'
import {freshUids, type PrivateHost, privateHost, tenSleepers} from './private-host.js'

const NAME = 'lab-search.service'
const UNIT = '[Service]\nType=oneshot\nExecStart=/bin/true\nUser=search\nLimitNPROC=3\n'

describeLab(
  'User= and LimitNPROC= under a booted systemd',
  ['root', 'dockerd', 'docker', 'busybox', 'systemd-nspawn', 'debootstrap', 'nsenter', 'unshare'],
  () => {
    let daemon: Dockerd
    let host: PrivateHost
    let booted: BootedDebian
    beforeAll(async () => {
      daemon = await startDockerd()
      host = await privateHost(daemon.dir, await freshUids(), {avahiConf: avahiConf(3), units: {[NAME]: UNIT}})
      booted = await bootDebian()
      const files = join(daemon.dir, 'guest')
      await mkdir(join(files, 'etc/systemd/system'), {recursive: true})
      await writeFile(join(files, 'etc/systemd/system', NAME), UNIT)
      await booted.copyIn(files)
      const uid = String(host.uid + 1)
      expect(await booted.run(['useradd', '--uid', uid, '--no-create-home', 'search'])).toMatchObject({code: 0})
      await booted.run(['systemctl', 'daemon-reload'])
    })
    afterAll(async () => {
      await booted?.stop()
      await daemon?.stop()
    })

    const start = async () => {
      await booted.run(['systemctl', 'reset-failed', NAME])
      const {code} = await booted.run(['systemctl', 'start', NAME])
      const {stdout} = await booted.run(['systemctl', 'show', '-p', 'ExecMainStatus', '--value', NAME])
      return {code, status: stdout.trim()}
    }

    it('ends in 203/EXEC exactly when it was predicted to', async () => {
      expect((await check(host, daemon, NAME)).ours).toEqual([])
      expect(await start()).toEqual({code: 0, status: '0'})

      const uid = host.uid + 1
      const image = await importImage(daemon, {
        passwd: `root:x:0:0::/:/bin/sh\nes:x:${uid}:${uid}::/:/bin/sh\n`,
        user: 'es',
      })
      const container = await run(daemon, {image, command: tenSleepers})
      const {ours} = await check(host, daemon, NAME)
      expect(ours).toContainEqual(
        expect.objectContaining({
          id: 'fork-limit/start-blocked',
          subject: {kind: 'service', name: NAME},
          summary: expect.stringContaining(
            `(status=203/EXEC): its limit is 3 tasks, and 11 tasks of container ${container.name}`,
          ),
        }),
      )
      expect(await start()).toEqual({code: 1, status: '203'})
      // Not -u: that asks journald which unit the sender is of, and the sender has ended.
      const {stdout} = await booted.run(['journalctl', '--no-pager', '-o', 'cat', `UNIT=${NAME}`])
      expect(stdout).toContain('Failed at step EXEC spawning /bin/true: Resource temporarily unavailable')

      await removeContainer(daemon, container)
      expect((await check(host, daemon, NAME)).ours).toEqual([])
      expect(await start()).toEqual({code: 0, status: '0'})
    })
  },
)
