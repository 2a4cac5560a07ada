import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {type LabAccount, labAccount} from '../../support/lab/account.js'
import {type PodmanOptions, startPodman} from '../../support/lab/podman.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Expected, expectContainer, group, identity, passwd} from './expectations.js'

const tools = ['root', 'podman', 'conmon', 'unshare', 'setpriv', 'busybox']

async function expectPodman(
  options: PodmanOptions,
  args: readonly string[],
  expected: Omit<Expected, 'runtime' | 'name'>,
) {
  const podman = await startPodman(options)
  try {
    const image = await podman.importImage({passwd, group, user: 'es'})
    const {pid, id, name} = await podman.run({image, args, command: ['sleep', '100000']})
    const marked = readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
    expect(marked).toBe(!options.withoutCgroups)
    await expectContainer(pid, {
      ...expected,
      runtime: 'podman',
      name: marked ? `sleep (${id.slice(0, 12)})` : `sleep (pid ${pid})`,
    })
    const socket = await podman.serve()
    const asked = await expectContainer(pid, {...expected, runtime: 'podman', name, seenBy: ['kernel', 'api']}, [
      socket,
    ])
    expect(asked).toMatchObject({id, image, nprocUlimit: {soft: 1000, hard: 1000}})
  } finally {
    await podman.stop()
  }
}

const ofTheHost = {hostUid: 102, uidMap: identity, creatorUid: null}

describeLab('Podman as root with runc', [...tools, 'runc'], () => {
  it('is found with and without its API', () => expectPodman({runtime: 'runc'}, [], ofTheHost))
})

describeLab('Podman as root with crun', [...tools, 'crun'], () => {
  it('is found with and without its API', () => expectPodman({runtime: 'crun'}, [], ofTheHost))

  it('is found without any mark in its cgroup path', () =>
    expectPodman({runtime: 'crun', withoutCgroups: true}, [], ofTheHost))

  it('is found with a user namespace of its own', () =>
    expectPodman(
      {runtime: 'crun', withoutCgroups: true},
      ['--uidmap', '0:400000:65536', '--gidmap', '0:400000:65536'],
      {hostUid: 400_102, uidMap: [{inside: 0, outside: 400_000, count: 65_536}], creatorUid: 0},
    ))
})

describeLab('rootless Podman', [...tools, 'crun', 'useradd', 'newuidmap'], () => {
  it('is found with the login user as creator of its user namespace', async () => {
    const account: LabAccount = await labAccount()
    try {
      const {start, count} = account.range
      await expectPodman({runtime: 'crun', withoutCgroups: true, as: account}, [], {
        hostUid: start + 101,
        uidMap: [
          {inside: 0, outside: account.uid, count: 1},
          {inside: 1, outside: start, count},
        ],
        creatorUid: account.uid,
      })
    } finally {
      await account.remove()
    }
  })
})
