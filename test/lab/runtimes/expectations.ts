import {readFileSync, readlinkSync} from 'node:fs'
import {expect} from 'vitest'
import type {Container, Runtime} from '../../../src/facts/containers.js'
import type {IdRange} from '../../../src/facts/user-namespaces.js'
import {eventually} from '../../support/lab/command.js'
import {liveHost} from '../../support/lab/host.js'

/** The account that every container of these tests has, and a process of. */
export const passwd = 'root:x:0:0:root:/:/bin/sh\nes:x:102:103:search:/:/bin/sh\n'
export const group = 'root:x:0:\nes:x:103:\n'

/** Shell commands that leave a process of `es` behind. */
export const asEs = "su -s /bin/sh es -c 'exec sleep 100000' &"

export const identity: readonly IdRange[] = [{inside: 0, outside: 0, count: 4294967295}]

export interface Expected {
  readonly runtime: Runtime
  readonly name: string | RegExp
  /** What the kernel knows UID 102 of the container as. */
  readonly hostUid: number
  readonly uidMap: readonly IdRange[]
  /** Who created its user namespace; null: it has none of its own. */
  readonly creatorUid: number | null
  readonly seenBy?: Container['seenBy']
}

/** Looks at the machine as a check does, and holds the one container with this first process against what is expected. */
export async function expectContainer(
  pid: number,
  expected: Expected,
  sockets: readonly string[] = [],
): Promise<Container> {
  const container = await findContainer(pid, sockets)
  expect(container).toMatchObject({
    runtime: expected.runtime,
    name: typeof expected.name === 'string' ? expected.name : expect.stringMatching(expected.name),
    seenBy: expected.seenBy ?? ['kernel'],
    usernsOfItsOwn: expected.creatorUid !== null,
    creatorUid: expected.creatorUid,
    uidMap: expected.uidMap,
  })
  expect(container.accounts).toContainEqual({name: 'es', uid: 102, gid: 103, home: '/', shell: '/bin/sh'})
  expect(container.groups).toContainEqual({name: 'es', gid: 103, members: []})
  expect(container.processes.map(({realUid}) => realUid)).toContain(expected.hostUid)
  expectKernelToAgree(container)
  return container
}

export async function findContainer(pid: number, sockets: readonly string[] = []): Promise<Container> {
  // What a container's first process starts may take a moment.
  return await eventually(`a container with first process ${pid}`, 10, async () => {
    const fact = await liveHost(sockets).fact('containers')
    if (!fact.known) throw new Error(JSON.stringify(fact.missing))
    const found = fact.value.containers.filter(({initPid}) => initPid === pid)
    expect(found.length).toBeLessThan(2)
    const [container] = found
    return container?.processes.some(({realUid}) => realUid % 1000 !== 0) ? container : null
  })
}

/** The same again, asked of the kernel in the plainest way. */
function expectKernelToAgree(container: Container): void {
  for (const {pid, realUid} of container.processes) {
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\t${realUid}\\t`, 'm'))
  }
  const lines = readFileSync(`/proc/${container.initPid}/uid_map`, 'utf8').trim().split('\n')
  expect(lines.map((line) => line.trim().split(/\s+/).map(Number))).toEqual(
    container.uidMap?.map(({inside, outside, count}) => [inside, outside, count]),
  )
  const own = readlinkSync(`/proc/${container.initPid}/ns/user`) !== readlinkSync('/proc/self/ns/user')
  expect(container.usernsOfItsOwn).toBe(own)
}
