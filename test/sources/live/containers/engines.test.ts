import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import net from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, it} from 'vitest'
import {parseEngines} from '../../../../src/facts/containers/engine-records.js'
import {missing} from '../../../../src/model/missing.js'
import {probeEngines} from '../../../../src/sources/live/containers/engines.js'
import type {EngineRecord} from '../../../../src/sources/records.js'
import {type Answers, type FakeEngine, fakeEngine, rawServer, version} from '../../../support/fake-engine.js'

const cleanup: (() => Promise<unknown>)[] = []
const before = {...process.env}
afterEach(async () => {
  for (const name of ['NETDOCTOR_CONTAINER_SOCKETS', 'DOCKER_HOST', 'DOCKER_CERT_PATH']) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
  await Promise.all(cleanup.splice(0).map((undo) => undo()))
})

const info = {SecurityOptions: ['name=seccomp,profile=builtin', 'name=userns']}
const id = 'a'.repeat(64)
const inspected = {
  Id: id,
  Name: '/web',
  State: {Pid: 42},
  Config: {
    Image: 'web:1',
    User: '102',
    Env: ['PASSWORD=canary'],
    Labels: {token: 'canary', 'com.docker.compose.project': 'shop', PODMAN_SYSTEMD_UNIT: 'web.service'},
    Cmd: ['--key=canary'],
  },
  HostConfig: {
    Privileged: true,
    PidsLimit: -1,
    Ulimits: [{Name: 'RLIMIT_NPROC', Soft: 3, Hard: 5}],
    RestartPolicy: {Name: 'always'},
    IpcMode: 'host',
  },
  Mounts: [
    {Type: 'bind', Source: '/', Destination: '/host', RW: true},
    {Type: 'bind', Source: '/nowhere/at/all', Destination: '/x', RW: false},
  ],
  Args: ['canary'],
}
const whole: Answers = {
  '/version': version,
  '/info': info,
  '/containers/json?all=1': [{Id: id, State: 'running', Names: ['/web']}],
  [`/containers/${id}/json`]: inspected,
}

async function serve(answers: Answers): Promise<FakeEngine> {
  const engine = await fakeEngine(answers)
  cleanup.push(engine.close)
  return engine
}

async function serveRaw(onConnection: (socket: net.Socket) => void): Promise<FakeEngine> {
  const server = await rawServer(onConnection)
  cleanup.push(server.close)
  return server
}

async function probe(sockets: readonly string[], timeoutMs = 5000): Promise<readonly EngineRecord[]> {
  process.env.NETDOCTOR_CONTAINER_SOCKETS = sockets.join(':')
  const raw = await probeEngines({timeoutMs, collect: async (name) => missing(name, 'not-collected', 'test')})
  if (raw.status !== 'raw') throw new Error(raw.detail)
  // What the probe writes is what the fact reads.
  expect(parseEngines(raw.text)).toEqual(JSON.parse(raw.text))
  expect(raw.text).not.toContain('canary')
  return JSON.parse(raw.text)
}

it('keeps of a container what says how it runs, and nothing that may be secret', async () => {
  const {socket} = await serve(whole)
  expect(await probe([socket])).toEqual([
    {
      endpoint: `unix://${socket}`,
      answered: true,
      product: 'docker',
      version: '28.2.2',
      rootless: false,
      usernsRemap: true,
      containers: [
        {
          id,
          name: 'web',
          image: 'web:1',
          pid: 42,
          user: '102',
          privileged: true,
          usernsMode: '',
          pidMode: '',
          ipcMode: 'host',
          networkMode: '',
          pidsLimit: null,
          ulimits: [{name: 'nproc', soft: 3, hard: 5}],
          restartPolicy: 'always',
          upkeep: {oneOff: false, interactive: false, composeProject: 'shop', managedBy: 'web.service'},
          mounts: [
            {type: 'bind', source: '/', destination: '/host', rw: true, uid: 0, gid: 0},
            {type: 'bind', source: '/nowhere/at/all', destination: '/x', rw: false},
          ],
        },
      ],
    },
  ])
})

it('asks for running, paused and restarting containers, and passes over one that vanishes', async () => {
  const states = ['running', 'paused', 'restarting', 'created', 'exited', 'dead', 'removing']
  const listed = states.map((State, index) => ({Id: `${index}`, State, Names: [`/${State}`]}))
  const {socket, asked} = await serve({
    ...whole,
    '/containers/json?all=1': listed,
    '/containers/0/json': {...inspected, Id: '0'},
    '/containers/2/json': {...inspected, Id: '2'},
  })
  const [engine] = await probe([socket])
  expect(asked.filter((path) => /\/\d\//.test(path)).sort()).toEqual([0, 1, 2].map((n) => `/containers/${n}/json`))
  expect(engine?.containers?.map((container) => container.id).sort()).toEqual(['0', '2'])
  expect(engine?.gaps).toBe(undefined)
})

it('names what an engine did not answer, and keeps the rest', async () => {
  const hang = () => {}
  const {socket} = await serve({
    ...whole,
    '/info': (_, response) => response.writeHead(500).end('{}'),
    '/containers/json?all=1': [
      {Id: id, State: 'running', Names: ['/web']},
      {Id: 'stuck', State: 'running', Names: ['/stuck']},
    ],
    '/containers/stuck/json': hang,
  })
  const [engine] = await probe([socket], 700)
  expect(engine).toMatchObject({answered: true, containers: [{name: 'web'}]})
  expect(engine?.gaps?.map(({what, reason}) => `${what}: ${reason}`)).toEqual(['info: invalid', 'stuck: timeout'])
})

it.each<[string, (socket: net.Socket) => void, string]>([
  ['accepts and says nothing', () => {}, 'timeout'],
  [
    'stops in the middle of a body',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Version":'),
    'timeout',
  ],
  [
    'drips a byte at a time',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
      const timer = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(timer))
    },
    'timeout',
  ],
  ['never ends', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', ' '.repeat(65_536)), 'truncated'],
  ['never ends an error', (socket) => flood(socket, 'HTTP/1.1 500 No\r\n\r\n', ' '.repeat(65_536)), 'truncated'],
  ['has headers without end', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'.repeat(1000)), 'invalid'],
  ['speaks no HTTP', (socket) => socket.end('\u0000\u001b[31mgarbage\r\n\r\n'), 'invalid'],
  ['hangs up', (socket) => socket.destroy(), 'invalid'],
  ['speaks no JSON', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{'), 'invalid'],
  ['is no engine', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"hi"'), 'invalid'],
  ['refuses', (socket) => socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n'), 'denied'],
])('ends by its deadline with a server that %s', async (_, onConnection, reason) => {
  const bad = await serveRaw(onConnection)
  const good = await serve(whole)
  const engines = await probe([bad.socket, good.socket], 700)
  expect(engines[0]).toMatchObject({endpoint: `unix://${bad.socket}`, answered: false, reason})
  expect(engines[1]).toMatchObject({answered: true})
})

function flood(socket: net.Socket, head: string, chunk: string): void {
  socket.write(head)
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

it('takes a dead socket for an engine that is not there', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'nd-dead-'))
  cleanup.push(() => rm(dir, {recursive: true}))
  const socket = join(dir, 'docker.sock')
  // Killed, a daemon leaves its socket behind.
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', listen, socket], {stdio: 'ignore'}), 'exit')
  await writeFile(join(dir, 'file'), '')
  expect(await probe([socket, join(dir, 'none'), join(dir, 'file')])).toMatchObject([
    {answered: false, reason: 'absent', detail: 'nothing listens at this socket'},
    {answered: false, reason: 'absent', detail: expect.stringContaining('ENOENT')},
    {answered: false, reason: 'invalid', detail: expect.stringContaining('is not a socket')},
  ])
})

it('asks a socket once that has two names', async () => {
  const {socket, asked} = await serve(whole)
  await symlink(socket, `${socket}.link`)
  expect(await probe([socket, `${socket}.link`])).toHaveLength(1)
  expect(asked.filter((path) => path === '/version')).toHaveLength(1)
})

it('answers with nothing where there is no socket', async () => {
  expect(await probe([])).toEqual([])
})

it('never dials DOCKER_HOST over TCP, and reads no certificates for it', async () => {
  let dialled = 0
  const server = net.createServer(() => {
    dialled += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  process.env.DOCKER_HOST = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  process.env.DOCKER_CERT_PATH = '/nowhere'
  const {socket} = await serve(whole)
  expect(await probe([socket])).toMatchObject([{answered: true}])
  expect(dialled).toBe(0)
  expect(process.env.DOCKER_CERT_PATH).toBe('/nowhere')
})
