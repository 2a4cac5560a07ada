import {afterAll, beforeAll, expect, it} from 'vitest'
import {type LabAccount, labAccount} from '../../support/lab/account.js'
import {command} from '../../support/lab/command.js'
import {type Dockerd, importImage, run, startDockerd} from '../../support/lab/docker.js'
import {liveHost} from '../../support/lab/host.js'
import {describeLab} from '../../support/lab/requirements.js'
import {expectContainer, findContainer, group, identity, passwd} from './expectations.js'

const sleep = ['sleep', '100000']

describeLab('Docker', ['root', 'dockerd', 'docker', 'busybox'], () => {
  let daemon: Dockerd
  let image: string
  beforeAll(async () => {
    daemon = await startDockerd()
    image = await importImage(daemon, {passwd, group, user: 'es'})
  })
  afterAll(() => daemon?.stop())

  it('is found by the kernel alone, by its ID, and by the API, by its name', async () => {
    const {pid, id, name} = await run(daemon, {
      image,
      command: sleep,
      args: ['--ulimit', 'nproc=50:60', '--pids-limit', '77'],
    })
    const expected = {runtime: 'docker', hostUid: 102, uidMap: identity, creatorUid: null} as const
    const alone = await expectContainer(pid, {...expected, name: `sleep (${id.slice(0, 12)})`})
    expect(alone.id).toBe(id)
    const asked = await expectContainer(pid, {...expected, name, seenBy: ['kernel', 'api']}, [daemon.socket])
    expect(asked).toMatchObject({
      id,
      image,
      endpoint: daemon.endpoint,
      nprocUlimit: {soft: 50, hard: 60},
      pidsLimit: 77,
      privileged: false,
      restartPolicy: 'no',
    })
  })

  it('is found in the PID namespace of the host, too', async () => {
    const {pid, id} = await run(daemon, {image, command: sleep, args: ['--pid', 'host', '--ipc', 'host']})
    const expected = {runtime: 'docker', hostUid: 102, uidMap: identity, creatorUid: null} as const
    await expectContainer(pid, {...expected, name: `sleep (${id.slice(0, 12)})`})
  })

  it('holds what docker exec and nsenter start in it', async () => {
    const {pid, id} = await run(daemon, {image, command: sleep})
    await daemon.docker('exec', '-d', id, 'sleep', '200000')
    await command(['sh', '-c', `nsenter -t ${pid} -m -p -n -i -u -S 102 -G 103 sleep 300000 >/dev/null 2>&1 &`])
    const container = await findContainer(pid)
    // nsenter itself stays outside of the PID namespace; what it starts is in it.
    expect(container.processes).toHaveLength(3)
  })

  it('says who owns what is mounted into a container', async () => {
    const args = ['-v', `${daemon.dir}:/mnt/lab:ro`, '-v', 'named:/mnt/volume']
    const {pid} = await run(daemon, {image, command: sleep, args})
    const {mounts} = await findContainer(pid, [daemon.socket])
    expect(mounts.find(({destination}) => destination === '/mnt/lab')).toEqual({
      type: 'bind',
      source: daemon.dir,
      destination: '/mnt/lab',
      readWrite: false,
      ownerUid: 0,
      ownerGid: 0,
      idmapped: false,
    })
    expect(mounts.find(({destination}) => destination === '/mnt/volume')).toMatchObject({type: 'volume', ownerUid: 0})
  })

  it('knows a paused container, and one that waits for its restart', async () => {
    const paused = await run(daemon, {image, command: sleep})
    await daemon.docker('pause', paused.id)
    expect((await findContainer(paused.pid, [daemon.socket])).name).toBe(paused.name)
    const name = `${daemon.id}-again`
    await daemon.docker(
      'run',
      '-d',
      '--name',
      name,
      '--restart',
      'always',
      '--network',
      'none',
      image,
      'sh',
      '-c',
      'exit 3',
    )
    // Docker waits a little longer before each restart; soon it mostly waits.
    for (let tries = 0; ; tries++) {
      const fact = await liveHost([daemon.socket]).fact('containers')
      const container = fact.known ? fact.value.containers.find((each) => each.name === name) : undefined
      if (container?.initPid === 0) {
        expect(container).toMatchObject({
          seenBy: ['api'],
          processes: [],
          usernsOfItsOwn: false,
          restartPolicy: 'always',
        })
        break
      }
      expect(tries).toBeLessThan(100)
    }
  })
})

describeLab('Docker with userns-remap', ['root', 'dockerd', 'docker', 'busybox', 'useradd', 'newuidmap'], () => {
  let account: LabAccount
  let daemon: Dockerd
  let image: string
  beforeAll(async () => {
    account = await labAccount()
    daemon = await startDockerd({usernsRemap: account.name})
    image = await importImage(daemon, {passwd, group, user: 'es'})
  })
  afterAll(async () => {
    await daemon?.stop()
    await account?.remove()
  })

  it('has UIDs out of the range of the remap account', async () => {
    const {pid, name} = await run(daemon, {image, command: sleep})
    const {start, count} = account.range
    const expected = {runtime: 'docker', hostUid: start + 102, creatorUid: 0} as const
    const uidMap = [{inside: 0, outside: start, count}]
    await expectContainer(pid, {...expected, uidMap, name, seenBy: ['kernel', 'api']}, [daemon.socket])
    const fact = await liveHost([daemon.socket]).fact('containers')
    expect(fact.known && fact.value.engines).toMatchObject([{product: 'docker', rootless: false, usernsRemap: true}])
  })

  it('has the UIDs of the host with --userns=host', async () => {
    const {pid, name} = await run(daemon, {image, command: sleep, args: ['--userns', 'host']})
    const expected = {runtime: 'docker', hostUid: 102, uidMap: identity, creatorUid: null} as const
    await expectContainer(pid, {...expected, name, seenBy: ['kernel', 'api']}, [daemon.socket])
  })
})
