import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import type {Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Report} from '../../src/model/report.js'
import {type Ended, InstalledPackage} from '../support/cli.js'
import {type FakeEngine, rawServer} from '../support/fake-engine.js'

/** Never an error, so that what others do on this machine decides no exit code here. */
const NOTICES_ONLY = ['--only', 'uid-collision/container-root']

let netdoctor: InstalledPackage
let folder: string
const engines: FakeEngine[] = []

beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-e2e-'))
})
afterEach(async () => {
  rmSync(folder, {recursive: true, force: true})
  await Promise.all(engines.splice(0).map((engine) => engine.close()))
})

async function serve(onConnection: (socket: Socket) => void): Promise<string> {
  const engine = await rawServer(onConnection)
  engines.push(engine)
  return engine.socket
}

/** An engine that never answers; `asked` when it has been. */
async function hanging(): Promise<{socket: string; asked: Promise<void>}> {
  let onAsked = (): void => {}
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve
  })
  return {socket: await serve(() => onAsked()), asked}
}

/** A daemon that is killed leaves its socket behind. */
async function deadSocket(): Promise<string> {
  const socket = join(folder, 'docker.sock')
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', listen, socket], {stdio: 'ignore'}), 'exit')
  return socket
}

interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
}

/** `netdoctor` with one container engine, or none, as its own process, so that servers of this one can answer it. */
function start(socket: string, args: readonly string[]): Started {
  const child = netdoctor.start(args, {NETDOCTOR_CONTAINER_SOCKETS: socket})
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk))
  return {
    pid: child.pid ?? 0,
    ended: once(child, 'close').then(([exitCode]) => ({exitCode, stdout, stderr})),
  }
}

function check(socket: string, ...args: readonly string[]): Promise<Ended> {
  return start(socket, ['check', ...NOTICES_ONLY, ...args]).ended
}

function aboutEngines({stdout}: Ended): string[] {
  const {checkers}: Report = JSON.parse(stdout)
  const missing = checkers.flatMap((checker) => checker.missing ?? [])
  return missing.flatMap(({input, reason, detail}) => (input === 'container-engines' ? `${reason}: ${detail}` : []))
}

/** Inside a PID namespace, or without privileges, other things are unknown. PROC_PID_INIT_INO. */
const seesWholeHost = process.getuid?.() === 0 && readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]'

/** PIDs of processes that run something of this installation. */
function left(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(netdoctor.folder)
    } catch {
      return false
    }
  })
}

describe('a container engine', () => {
  it.each([
    ['none', async () => ''],
    ['a socket at which nothing listens any more', deadSocket],
    ['a socket that is not there', async () => join(folder, 'none.sock')],
  ])('that is absent leaves nothing unknown: %s', async (_, socketOf) => {
    const socket = await socketOf()
    // Processes of others that end while they are read make something unknown too.
    if (seesWholeHost)
      await expect.poll(async () => (await check(socket, '--json')).exitCode, {timeout: 40_000, interval: 100}).toBe(0)
    expect(aboutEngines(await check(socket, '--json'))).toEqual([])
  })

  it('that hangs is given up on: says which, and at which deadline', async () => {
    const socket = await serve(() => {})
    const ended = await check(socket, '--timeout', '1', '--json')
    expect(ended).toMatchObject({exitCode: 3, stderr: ''})
    expect(aboutEngines(ended)).toEqual([`timeout: unix://${socket}: GET /version: no whole answer within 1000 ms`])
    const {stdout} = await check(socket, '--timeout', '1', '--verbose')
    expect(stdout.replace(/\s+/g, '')).toContain(`unix://${socket}:GET/version:nowholeanswerwithin1000ms`)
    expect(left()).toEqual([])
  })

  it('that talks nonsense is unknown, and its nonsense does not reach the terminal', async () => {
    const socket = await serve((connection) => connection.end('HTTP/1.1 200 \u001b[31mred\u0007\r\n\u0000\r\n\r\n'))
    const {exitCode, stdout, stderr} = await check(socket, '--verbose')
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toContain(`unix://${socket}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may get through
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })

  it.runIf(process.geteuid?.() === 0)('that we may not ask is unknown, with the reason', async () => {
    const socket = await serve(() => {})
    chmodSync(join(socket, '..'), 0o755)
    chmodSync(socket, 0o600)
    const through = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const ended = netdoctor.run(['check', ...NOTICES_ONLY, '--json'], {
      through,
      env: {NETDOCTOR_CONTAINER_SOCKETS: socket, HOME: '/nonexistent'},
    })
    expect(ended).toMatchObject({exitCode: 3, stderr: ''})
    expect(aboutEngines(ended)).toContain(`denied: unix://${socket}: GET /version: EACCES`)
  })

  it('is asked also where packages are links to elsewhere', async () => {
    // As pnpm lays them out.
    const linked = join(folder, 'netdoctor')
    cpSync(netdoctor.packageFolder, linked, {recursive: true})
    mkdirSync(join(linked, 'node_modules'))
    for (const name of ['dockerode', 'systeminformation']) {
      symlinkSync(join(netdoctor.folder, 'node_modules', name), join(linked, 'node_modules', name))
    }
    const child = spawn(process.execPath, [join(linked, 'bin/run.js'), 'check', ...NOTICES_ONLY, '--verbose'], {
      env: {PATH: process.env.PATH, HOME: folder, NETDOCTOR_CONTAINER_SOCKETS: await deadSocket()},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const [exitCode] = await once(child, 'close')
    expect(output).toContain('of memory')
    expect(output).not.toContain('bug in netdoctor')
    expect([0, 3]).toContain(exitCode)
  })
})

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s in the middle of a check ends it with %i, leaving nothing', async (signal, code) => {
    const {socket, asked} = await hanging()
    const run = start(socket, ['check', '--timeout', '60'])
    await asked
    process.kill(run.pid, signal)
    expect(await run.ended).toEqual({exitCode: code, stdout: '', stderr: ''})
    await expect.poll(left, {timeout: 5000}).toEqual([])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s in the middle of a recording leaves no bundle, and nothing elsewhere', async (signal, code) => {
    const {socket, asked} = await hanging()
    const bundle = join(folder, 'bundle')
    const run = start(socket, ['bundle', 'create', '--timeout', '60', '--unpacked', bundle])
    await asked
    process.kill(run.pid, signal)
    expect(await run.ended).toEqual({exitCode: code, stdout: '', stderr: ''})
    await expect.poll(left, {timeout: 5000}).toEqual([])
    expect(readdirSync(folder)).toEqual(['bundle'])
    expect(existsSync(join(bundle, 'manifest.json'))).toBe(false)
    const replayed = netdoctor.run(['check', '--from', bundle])
    expect(replayed).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`${bundle} is not a bundle: manifest.json: ENOENT`),
    })
    // It can be written to again at once.
    const again = netdoctor.run(['bundle', 'create', '--unpacked', bundle], {env: {NETDOCTOR_CONTAINER_SOCKETS: ''}})
    expect(again).toMatchObject({exitCode: 0, stderr: ''})
  })
})
