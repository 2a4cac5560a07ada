import {existsSync, readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {importImage, removeContainer, run, startDockerd} from '../../support/lab/docker.js'
import {describeLab} from '../../support/lab/requirements.js'

describeLab('a Docker daemon of our own', ['root', 'dockerd', 'docker', 'busybox'], () => {
  it('runs a container under the asked-for UID and leaves nothing behind', async () => {
    const daemon = await startDockerd()
    try {
      const image = await importImage(daemon, {passwd: 'root:x:0:0::/:/bin/sh\nes:x:102:103::/:/bin/sh\n', user: 'es'})
      const container = await run(daemon, {image, command: ['sleep', '600']})
      expect(readFileSync(`/proc/${container.pid}/status`, 'utf8')).toMatch(/^Uid:\t102\t102/m)
      await removeContainer(daemon, container)
      expect(existsSync(`/proc/${container.pid}`)).toBe(false)
      await run(daemon, {image, command: ['sleep', '600']})
    } finally {
      await daemon.stop()
    }
    expect(existsSync(daemon.dir)).toBe(false)
    expect(existsSync(`/proc/${daemon.pid}`)).toBe(false)
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(daemon.dir)
  })
})
