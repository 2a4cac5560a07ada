import {it} from 'vitest'
import {labAccount} from '../../support/lab/account.js'
import {startLxc} from '../../support/lab/lxc.js'
import {describeLab} from '../../support/lab/requirements.js'
import {expectContainer, group, identity, passwd} from './expectations.js'

const tools = ['root', 'lxc-start', 'unshare', 'setpriv', 'busybox']
const content = {passwd, group, user: [102, 103]} as const

describeLab('LXC', tools, () => {
  it('has the UIDs of the host when privileged', async () => {
    const {pid, name, stop} = await startLxc(content)
    try {
      await expectContainer(pid, {runtime: 'lxc', name, hostUid: 102, uidMap: identity, creatorUid: null})
    } finally {
      await stop()
    }
  })

  it('is found under a name with escape sequences and blanks', async () => {
    const {pid, name, stop} = await startLxc({...content, name: `nd \u001b[31m${process.pid}`})
    try {
      await expectContainer(pid, {runtime: 'lxc', name, hostUid: 102, uidMap: identity, creatorUid: null})
    } finally {
      await stop()
    }
  })
})

describeLab('LXC with an ID map', [...tools, 'newuidmap', 'useradd'], () => {
  it('has mapped UIDs when root starts it', async () => {
    const {pid, name, stop} = await startLxc({...content, idmap: {start: 200_000, count: 65_536}})
    try {
      const uidMap = [{inside: 0, outside: 200_000, count: 65_536}]
      await expectContainer(pid, {runtime: 'lxc', name, hostUid: 200_102, uidMap, creatorUid: 0})
    } finally {
      await stop()
    }
  })

  it('is found without any mark when a login user starts it', async () => {
    const account = await labAccount()
    try {
      const {pid, stop} = await startLxc({...content, idmap: account.range, as: account})
      try {
        const {start, count} = account.range
        const uidMap = [{inside: 0, outside: start, count}]
        const name = `sleep (pid ${pid})`
        await expectContainer(pid, {runtime: 'lxc', name, hostUid: start + 102, uidMap, creatorUid: account.uid})
      } finally {
        await stop()
      }
    } finally {
      await account.remove()
    }
  })
})
