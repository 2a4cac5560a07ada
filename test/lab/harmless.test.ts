import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {buildForLab} from '../support/lab/build.js'
import {describeLab} from '../support/lab/requirements.js'
import {type Scratch, scratch} from '../support/lab/scratch.js'
import {trespassesOf} from '../support/lab/system-calls.js'

describeLab('a collection of everything', ['root', 'strace', 'unshare', 'perl'], () => {
  let space: Scratch
  let program: string
  beforeAll(async () => {
    space = await scratch()
    program = await buildForLab('test/support/lab/collect-all.ts', `${space.dir}/build`)
  })
  afterAll(() => space?.remove())

  test('changes nothing on the host', async () => {
    // A user namespace beside the host's: asking for its creator takes a program.
    const other = spawn('unshare', ['--user', '--mount', 'sleep', 'infinity'], {stdio: 'ignore'})
    await once(other, 'spawn')
    const {
      stdout,
      code,
      stderr,
      programs,
      connections: _,
      ...trespasses
    } = await trespassesOf([process.execPath, program], space.dir).finally(() => other.kill('SIGKILL'))
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({processes: 'raw', 'systemd-units': 'tree'})
    expect(trespasses).toEqual({writes: [], modules: [], sockets: [], others: []})
    const known =
      /\/(node|perl|python3(\.\d+)?|journalctl|systemctl|ip|tc|nsenter|grep|nft|ip6?tables-(nft|legacy)-save)$/
    expect(programs).toContain('/usr/bin/perl')
    expect(programs.filter((each) => !known.test(each))).toEqual([])
  })

  test('would be caught if it did', async () => {
    const harm = `
      const fs = require('node:fs')
      fs.writeFileSync('${space.dir}/written', '')
      fs.rmSync('${space.dir}/written')
      require('node:child_process').spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'])
      require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1', function () { this.close() })
      require('node:child_process').spawnSync('nice', ['-n', '1', 'true'])`
    const {writes, sockets, others, programs} = await trespassesOf([process.execPath, '-e', harm], space.dir)
    expect(writes).toEqual([expect.stringMatching(/^openat\(.*written/), expect.stringMatching(/^unlink.*written/)])
    expect(sockets).toEqual([expect.stringMatching(/^socket\(AF_INET/)])
    expect(others).toEqual([
      expect.stringMatching(/^unshare\(CLONE_NEWNET/),
      // Before it sets a link, ip asks with an empty message whether the kernel can.
      expect.stringMatching(/^sendto\(.*nlmsg_type=0x10/),
      expect.stringMatching(/^sendmsg\(.*nlmsg_type=0x10/),
      expect.stringMatching(/^setpriority/),
    ])
    expect(programs.some((each) => each.endsWith('/nice'))).toBe(true)
  })
})
