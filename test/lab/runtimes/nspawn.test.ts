import {it} from 'vitest'
import {startNspawn} from '../../support/lab/nspawn.js'
import {describeLab} from '../../support/lab/requirements.js'
import {asEs, expectContainer, findContainer, group, identity, passwd} from './expectations.js'

const content = {passwd, group, command: ['/bin/sh', '-c', `${asEs} sleep 100000; true`]}

describeLab('systemd-nspawn', ['root', 'systemd-nspawn', 'busybox'], () => {
  it('has the UIDs of the host, and no name when it stays in the cgroup of its caller', async () => {
    const {pid, stop} = await startNspawn(content)
    try {
      const name = `sh (pid ${pid})`
      await expectContainer(pid, {runtime: 'nspawn', name, hostUid: 102, uidMap: identity, creatorUid: null})
    } finally {
      await stop()
    }
  })

  it('has the name of its machine scope', async () => {
    const {pid, stop} = await startNspawn({...content, unit: 'machine.slice/machine-web\\x2d1.scope'})
    try {
      await expectContainer(pid, {runtime: 'nspawn', name: 'web-1', hostUid: 102, uidMap: identity, creatorUid: null})
    } finally {
      await stop()
    }
  })

  it('has mapped UIDs with --private-users', async () => {
    const {pid, stop} = await startNspawn({...content, args: ['--private-users=pick']})
    try {
      const outside = (await findContainer(pid)).uidMap?.[0]?.outside ?? 0
      const uidMap = [{inside: 0, outside, count: 65_536}]
      const name = `sh (pid ${pid})`
      await expectContainer(pid, {runtime: 'nspawn', name, hostUid: outside + 102, uidMap, creatorUid: 0})
    } finally {
      await stop()
    }
  })
})
