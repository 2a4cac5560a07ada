import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readlinkSync} from 'node:fs'
import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Raw} from '../../../src/sources/collected.js'
import {hold} from '../../../src/sources/live/network/namespace.js'
import type {NetworkRecord} from '../../../src/sources/records.js'
import {buildForLab} from '../../support/lab/build.js'
import {command, eventually} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {trespassesOf} from '../../support/lab/system-calls.js'
import {type LabNamespace, makeNamespace} from './namespace.js'

const NOBODY = '65534'

describeLab(
  'the network namespaces of a host',
  ['root', 'ip', 'nsenter', 'grep', 'unshare', 'strace', 'setpriv'],
  () => {
    let space: Scratch
    let program: string
    let named: LabNamespace
    let held: ChildProcess
    let owned: ChildProcess

    beforeAll(async () => {
      space = await scratch()
      await chmod(space.dir, 0o755)
      program = await buildForLab('test/support/lab/collect-one.ts', `${space.dir}/build`)
      named = await makeNamespace()
      await named.run(['ip', 'link', 'add', 'b@r.100', 'type', 'veth', 'peer', 'name', 'p{0}'])
      held = await inNamespaceOfItsOwn('--net')
      // One that another user namespace owns, as of a rootless container.
      owned = await inNamespaceOfItsOwn('--user', '--net')
    })
    afterAll(async () => {
      for (const child of [held, owned]) child?.kill('SIGKILL')
      await named?.remove()
      await space?.remove()
    })

    const argvOf = (input: string) => [process.execPath, program, input] as const
    const recordsOf = (stdout: string): NetworkRecord[] => {
      const raw: Raw = JSON.parse(stdout)
      return raw.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    }
    const collect = async (input: string, ...before: readonly string[]) => {
      const [first = '', ...rest] = [...before, ...argvOf(input)]
      return recordsOf(await command([first, ...rest]))
    }

    test('are found by name and by process, and looked into', async () => {
      const records = await collect('network-namespaces')
      const namespaces = records.filter((record) => record.t === 'netns')
      const inode = (child: ChildProcess) => inodeOf(child.pid ?? 0)
      expect(namespaces).toContainEqual(expect.objectContaining({names: [named.name], pids: [], own: false}))
      expect(namespaces).toContainEqual(expect.objectContaining({inode: inode(held), names: [], pids: [held.pid]}))
      expect(namespaces).toContainEqual(expect.objectContaining({inode: inode(owned), pids: [owned.pid]}))
      expect(namespaces.map((each) => each.inode)).not.toContain(inodeOf(process.pid))

      for (const child of [held, owned]) {
        const answers = records.filter((record) => record.t === 'answer' && record.inode === inode(child))
        expect(answers.filter((each) => !('text' in each))).toEqual([])
        expect(answers).toHaveLength(7)
      }
      const {inode: of} = namespaces.find(({names}) => names.includes(named.name)) ?? {inode: ''}
      const text = (ask: string) => {
        const answer = records.find((record) => record.t === 'answer' && record.inode === of && record.ask === ask)
        return answer && 'text' in answer ? answer.text : ''
      }
      expect(JSON.parse(text('addresses')).map(({ifname}: {ifname: string}) => ifname)).toEqual([
        'lo',
        'p{0}',
        'b@r.100',
      ])
      expect(text('settings')).toContain('/proc/sys/net/ipv6/conf/b@r.100/use_tempaddr:')
      expect(
        text('deviceOrder')
          .split('\n')
          .map((line) => line.split(/\s+/)[1]),
      ).toContain('b@r.100')
    })

    test('are looked into without changing anything', async () => {
      const folder = join(space.dir, 'trace')
      await mkdir(folder)
      for (const input of ['network', 'network-namespaces', 'traffic-control']) {
        const {code, programs, writes, modules, sockets, others} = await trespassesOf(argvOf(input), folder)
        expect([code, writes, modules, sockets, others]).toEqual([0, [], [], [], []])
        expect(programs.filter((each) => !/\/(node|perl|ip|tc|grep|nsenter)$/.test(each))).toEqual([])
        expect(programs).toContainEqual(expect.stringMatching(input === 'traffic-control' ? /\/tc$/ : /\/ip$/))
      }
    })

    test('are not known to who may not enter them, but the own one is', async () => {
      const asNobody = ['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups']
      const others = await collect('network-namespaces', ...asNobody)
      expect(others.filter(({t}) => t !== 'end')).toEqual([])
      expect(others.at(-1)).toMatchObject({
        namespaces: 0,
        unseen: expect.arrayContaining([
          {reason: 'denied', detail: `network namespace ${named.name}: entering it takes CAP_SYS_ADMIN`},
          {
            reason: 'denied',
            detail: expect.stringMatching(/^the network namespace of \d+ processes could not be seen/),
          },
        ]),
      })
      const own = await collect('network', ...asNobody)
      expect(own.filter((record) => record.t === 'answer' && !('text' in record))).toEqual([])
      expect(own[0]).toMatchObject({t: 'netns', own: true, inode: inodeOf(process.pid)})
    })

    test('are entered only if it is still that one', async () => {
      const child = await inNamespaceOfItsOwn('--net')
      const pid = child.pid ?? 0
      const namespace = {inode: inodeOf(pid), own: false, names: [], pids: [pid], mountPoints: []}
      const open = hold(namespace)
      if (open === null || 'reason' in open) throw new Error(open?.detail)
      child.kill('SIGKILL')
      await once(child, 'exit')
      // Held by its descriptor, it outlives its last process.
      const [first = '', ...rest] = [...open.prefix, 'readlink', '/proc/self/ns/net']
      expect(await command([first, ...rest])).toBe(`net:[${namespace.inode}]\n`)
      open.close()
      // It has ended. Its PID, or its mount point, may be another's by now.
      expect(hold(namespace)).toBeNull()
      expect(hold({...namespace, pids: [process.pid]})).toBeNull()
      const elsewhere = {...namespace, pids: [], mountPoints: [`/run/netns/${named.name}`]}
      expect(hold(elsewhere)).toMatchObject({reason: 'absent'})
      const byMount = hold({...elsewhere, inode: await named.run(['readlink', '/proc/self/ns/net']).then(digits)})
      if (byMount === null || 'reason' in byMount) throw new Error(byMount?.detail)
      byMount.close()
    })

    test('are found again by what an ended process left behind', async () => {
      const child = await inNamespaceOfItsOwn('--net')
      try {
        const inode = inodeOf(child.pid ?? 0)
        // No process has this PID: pid_max is 2^22 at most.
        const found = hold({inode, own: false, names: [], pids: [2 ** 22 + 1], mountPoints: []})
        if (found === null || 'reason' in found) throw new Error(found?.detail ?? 'taken for ended')
        found.close()
      } finally {
        child.kill('SIGKILL')
      }
    })
  },
)

async function inNamespaceOfItsOwn(...flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn('unshare', [...flags, 'sleep', 'infinity'], {stdio: 'ignore'})
  await once(child, 'spawn')
  const own = inodeOf(process.pid)
  await eventually('a namespace of its own', 5, async () => inodeOf(child.pid ?? 0) !== own || null)
  return child
}

function inodeOf(pid: number): string {
  return digits(readlinkSync(`/proc/${pid}/ns/net`))
}

function digits(text: string): string {
  return /\d+/.exec(text)?.[0] ?? ''
}
