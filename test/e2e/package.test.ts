import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Script} from 'node:vm'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Report} from '../../src/model/report.js'
import {InstalledPackage} from '../support/cli.js'
import {schemaErrors} from '../support/schema.js'
import {trustedFolder} from '../support/trusted-folder.js'

const isRoot = process.geteuid?.() === 0
/** No container engine of this machine shall decide what these tests see. */
const noEngines = {NETDOCTOR_CONTAINER_SOCKETS: ''}

let netdoctor: InstalledPackage
let folder: string

beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdoctor-e2e-run-'))
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

/** A recorded host on which nothing is wrong, or of which something is not known. */
function recordedHost(unlisted: 'absent' | 'not-collected', files: Record<string, string> = {}): string {
  const host = join(folder, 'host')
  mkdirSync(join(host, 'root/proc/sys/kernel'), {recursive: true})
  mkdirSync(join(host, 'inputs'), {recursive: true})
  const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05.000Z', unlisted}
  writeFileSync(join(host, 'manifest.json'), JSON.stringify(manifest))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(host, path), text)
  return host
}

/** A configuration with one plugin, whose checker always finds something. */
function pluginConfig(
  place: string,
  body = "yield {rule: 'always', subject: {kind: 'host', name: 'h'}, confidence: 'certain', summary: 'the kernel is ' + kernel.release, why: 'it is', evidence: [], remediation: []}",
): string {
  const plugin = join(place, 'demo.mjs')
  writeFileSync(
    plugin,
    `import {defineChecker} from 'netdoctor/checker'
export default defineChecker({id: 'demo', title: 'Demo', needs: ['kernel'], rules: {always: {severity: 'warning', title: 'Always'}},
  *check({kernel}) { ${body} }})`,
  )
  const config = join(place, 'config.yaml')
  writeFileSync(config, `plugins:\n  - ${plugin}\n`)
  return config
}

function parsed(stdout: string): Report {
  const report: Report = JSON.parse(stdout)
  expect(schemaErrors(report)).toEqual([])
  return report
}

describe('the installed package', () => {
  it('holds what it needs and nothing else', () => {
    const files = execFileSync('find', ['.', '-type', 'f', '-not', '-path', './node_modules/*'], {
      cwd: netdoctor.packageFolder,
      encoding: 'utf8',
    })
    const paths = files.trim().split('\n')
    const expected =
      /^\.\/(package\.json|README\.md|LICENSE|oclif\.manifest\.json|bin\/run\.js|schema\/report\.schema\.json|dist\/.+\.(c?js|c?js\.map|cache|d\.ts|txt)|src\/checkers\/[a-z0-9-]+\/README\.md)$/
    expect(paths.filter((path) => !expected.test(path))).toEqual([])
    for (const path of [
      './dist/program.cjs',
      './dist/src/checker.js',
      './dist/src/sources/live/expendable-child.js',
      './dist/types/src/checker.d.ts',
      './dist/THIRD-PARTY-NOTICES.txt',
      './LICENSE',
    ]) {
      expect(paths).toContain(path)
    }
  })

  it('holds what V8 takes for the compiled form of the program, and does without it on another Node', () => {
    const program = join(netdoctor.packageFolder, 'dist/program.cjs')
    const cache = `${program}.${process.version}-${process.arch}.cache`
    const script = new Script(readFileSync(program, 'latin1'), {filename: program, cachedData: readFileSync(cache)})
    expect(script.cachedDataRejected).toBe(false)
    const compiled = netdoctor.run(['list'])
    renameSync(cache, `${cache}.away`)
    try {
      expect(netdoctor.run(['list'])).toEqual({...compiled, exitCode: 0})
    } finally {
      renameSync(`${cache}.away`, cache)
    }
  })

  it('says its version', () => {
    const {version} = JSON.parse(readFileSync(join(netdoctor.packageFolder, 'package.json'), 'utf8'))
    expect(netdoctor.run(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`netdoctor/${version} `),
    })
  })

  it('helps', () => {
    expect(netdoctor.run(['--help']).stdout).toContain('COMMANDS')
    const {stdout, exitCode} = netdoctor.run(['check', '--help'])
    for (const flag of ['--from', '--fail-on', '--only', '--skip', '--accepted', '--timeout', '--verbose', '--json']) {
      expect(stdout).toContain(flag)
    }
    expect(exitCode).toBe(0)
  })

  it('lists and explains every rule', () => {
    const checkers: {id: string; rules: {id: string}[]}[] = JSON.parse(netdoctor.run(['list', '--json']).stdout)
    expect(checkers.map(({id}) => id)).toEqual(expect.arrayContaining(['fork-limit', 'uid-collision']))
    for (const {id} of checkers) {
      const {stdout, exitCode} = netdoctor.run(['explain', id])
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('What it checks')])
    }
    expect(netdoctor.run(['explain', 'fork-limit/start-blocked']).stdout).toMatch(/^start-blocked\n/)
  })

  it('checks this host, valid by the schema that is in the package', () => {
    const {stdout, stderr, exitCode} = netdoctor.run(['check', '--json'], {env: noEngines})
    expect(stderr).toBe('')
    const report = parsed(stdout)
    expect(report.exitCode).toBe(exitCode)
    expect([0, 1, 3]).toContain(exitCode)
    expect(report.checkers.map(({status}) => status)).not.toContain('error')
    expect(report.host.source).toBe('live')
  })
})

describe('exit codes', () => {
  const kernel = {'root/proc/sys/kernel/osrelease': '6.1.0-30-amd64\n'}

  it('is 0 when clean and 1 from --fail-on upwards', () => {
    const place = trustedFolder()
    try {
      const config = pluginConfig(place)
      const host = recordedHost('absent', kernel)
      const check = (...more: string[]) => netdoctor.run(['check', 'demo', '--config', config, '--from', host, ...more])
      expect(check()).toMatchObject({exitCode: 0, stdout: expect.stringContaining('the kernel is 6.1.0-30-amd64')})
      expect(check('--fail-on', 'warning').exitCode).toBe(1)
      expect(parsed(check('--fail-on', 'notice', '--format', 'json').stdout).exitCode).toBe(1)

      const accepted = join(folder, 'accepted.yaml')
      writeFileSync(accepted, '- id: demo/always\n  reason: known\n  until: 2026-01-02\n')
      expect(check('--fail-on', 'warning', '--accepted', accepted)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('accepted the kernel is'),
      })
      writeFileSync(accepted, '- id: demo/always\n  reason: known\n  until: 2026-01-01\n')
      expect(check('--fail-on', 'warning', '--accepted', accepted)).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('was accepted until 2026-01-01'),
      })
    } finally {
      rmSync(place, {recursive: true})
    }
  })

  it('is 3 when something asked for is not known', () => {
    const {exitCode, stdout} = netdoctor.run(['check', '--json', '--from', recordedHost('not-collected')])
    expect(exitCode).toBe(3)
    expect(parsed(stdout).checkers.every(({status}) => status === 'unknown')).toBe(true)
  })

  it.each([
    [['check', '--foo'], 'Nonexistent flag: --foo'],
    [['check', '--only', 'fork-limit/blocked'], 'fork-limit/fork-blocked'],
    [['check', '--format', 'xml'], 'Expected --format=xml to be one of'],
    [['check', '--timeout', '0'], '--timeout takes a number of seconds'],
    [['check', '--from', '/nonexistent'], '/nonexistent'],
    [['check', '--accepted', '/nonexistent'], '/nonexistent'],
    [['check', '--config', '/nonexistent'], 'There is no configuration /nonexistent'],
    [['explain', 'nonsense'], 'There is no checker or rule "nonsense"'],
    [['chekc'], 'command chekc not found'],
  ])('is 2 for %j, without a stack', (args, message) => {
    const {exitCode, stdout, stderr} = netdoctor.run(args)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})

describe('other users and other readers', () => {
  it.runIf(isRoot)('runs without privileges: says what it could not know, exit code 3, no stack', () => {
    const through = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const {exitCode, stdout, stderr} = netdoctor.run(['check'], {through, env: {...noEngines, HOME: '/nonexistent'}})
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('access denied. Run as root')
    expect(stdout).not.toContain('    at ')
    const json = netdoctor.run(['check', '--json'], {through, env: noEngines})
    const missing = parsed(json.stdout).checkers.flatMap((checker) => checker.missing ?? [])
    expect(missing.some(({reason}) => reason === 'denied')).toBe(true)
  })

  it.runIf(isRoot)('runs under a UID without an account, home or shell', () => {
    const through = [
      'setpriv',
      '--reuid=54321',
      '--regid=54321',
      '--clear-groups',
      'env',
      '-i',
      'NETDOCTOR_CONTAINER_SOCKETS=',
    ]
    expect(netdoctor.run(['--version'], {through})).toMatchObject({exitCode: 0, stderr: ''})
    expect(netdoctor.run(['check', '--json', '--from', '/nonexistent'], {through}).exitCode).toBe(2)
  })

  it('does not mind a reader that goes away', () => {
    const line = `'${process.execPath}' '${netdoctor.bin}' check --json --from '${recordedHost('not-collected')}' | head -c 1; echo \${PIPESTATUS[0]}`
    const {stdout, stderr} = spawnSync('bash', ['--norc', '-c', line], {
      encoding: 'utf8',
      env: {PATH: process.env.PATH},
    })
    expect([stdout, stderr]).toEqual(['{3\n', ''])
  })

  it('says that a full disk kept the report from being written', () => {
    const line = `'${process.execPath}' '${netdoctor.bin}' list > /dev/full`
    const {status, stderr} = spawnSync('bash', ['--norc', '-c', line], {
      encoding: 'utf8',
      env: {PATH: process.env.PATH},
    })
    expect([status, stderr]).toEqual([2, 'Error: Cannot write: ENOSPC: no space left on device, write\n'])
  })

  it('is plain in a pipe, painted when forced, plain again with NO_COLOR and --no-color', () => {
    const args = ['check', '--from', recordedHost('not-collected')]
    const painted = (env: NodeJS.ProcessEnv, ...more: string[]) =>
      netdoctor.run([...args, ...more], {env}).stdout.includes('\u001b[')
    expect(painted({})).toBe(false)
    expect(painted({FORCE_COLOR: '1'})).toBe(true)
    expect(painted({NO_COLOR: '1', TERM: 'xterm'})).toBe(false)
    expect(painted({FORCE_COLOR: '1'}, '--no-color')).toBe(false)
  })
})

describe('a container engine that never answers', () => {
  let server: Server
  let socket: string
  beforeEach(async () => {
    socket = join(folder, 'engine.sock')
    server = createServer(() => undefined)
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve)
    })
  })
  afterEach(() => {
    server.close()
  })

  it('is interrupted by Ctrl-C with code 130, leaving nothing', async () => {
    const asked = new Promise<void>((resolve) => {
      server.once('connection', () => resolve())
    })
    const child = netdoctor.start(['check', '--timeout', '60'], {NETDOCTOR_CONTAINER_SOCKETS: socket})
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve)
    })
    await asked
    child.kill('SIGINT')
    expect([await ended, output]).toEqual([130, ''])
    await expect.poll(() => processesOf(netdoctor.folder), {timeout: 5000}).toEqual([])
  })

  it('is given up on at the deadline and reported', async () => {
    const child = netdoctor.start(['check', '--json', '--timeout', '0.5'], {NETDOCTOR_CONTAINER_SOCKETS: socket})
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    const exitCode = await new Promise<number | null>((resolve) => {
      child.once('close', resolve)
    })
    const missing = parsed(output).checkers.flatMap((checker) => checker.missing ?? [])
    expect(missing.map(({reason}) => reason)).toContain('timeout')
    expect([1, 3]).toContain(exitCode)
  })
})

describe('plugins', () => {
  let place: string
  beforeEach(() => {
    place = trustedFolder()
  })
  afterEach(() => {
    rmSync(place, {recursive: true, force: true})
  })

  it('are refused from a folder that others may write to, with the reason', () => {
    const config = pluginConfig(place)
    writeFileSync(config, `plugins:\n  - ${join(folder, 'evil.mjs')}\n`)
    writeFileSync(
      join(folder, 'evil.mjs'),
      `import {writeFileSync} from 'node:fs'; writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`,
    )
    const {exitCode, stderr} = netdoctor.run(['check', '--config', config])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the folder /tmp is writable by everybody')])
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  it('are refused where a file they import may be written by others', () => {
    const config = pluginConfig(place)
    writeFileSync(join(folder, 'part.mjs'), 'export const x = 1')
    writeFileSync(join(place, 'demo.mjs'), `import '${join(folder, 'part.mjs')}'`)
    const {exitCode, stderr} = netdoctor.run(['list', '--config', config])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the folder /tmp is writable by everybody')])
  })

  it('are not looked for in the current folder', () => {
    const config = join(place, 'config.yaml')
    mkdirSync(join(place, 'node_modules/here'), {recursive: true})
    writeFileSync(join(place, 'node_modules/here/package.json'), '{"name": "here"}')
    writeFileSync(join(place, 'node_modules/here/index.js'), 'export default 1')
    for (const [name, message] of [
      ['here', 'There is no plugin package "here"'],
      ['./demo.mjs', 'neither an absolute path'],
    ] as const) {
      writeFileSync(config, `plugins: ['${name}']\n`)
      const {exitCode, stderr} = netdoctor.run(['list', '--config', config], {
        cwd: place,
        env: {NODE_PATH: join(place, 'node_modules')},
      })
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
    }
    expect(netdoctor.run(['list'], {cwd: place}).exitCode).toBe(0)
  })

  it('are not taken from the home of the caller, where oclif has plugins of its own kind', () => {
    const plugin = join(folder, 'netdoctor/node_modules/evil')
    mkdirSync(plugin, {recursive: true})
    const ran = join(folder, 'ran')
    writeFileSync(join(folder, 'netdoctor/package.json'), '{"oclif": {"plugins": [{"name": "evil", "type": "user"}]}}')
    writeFileSync(
      join(plugin, 'package.json'),
      '{"name": "evil", "version": "1.0.0", "oclif": {"hooks": {"init": "./init.js"}}}',
    )
    writeFileSync(join(plugin, 'init.js'), `require('fs').writeFileSync(${JSON.stringify(ran)}, '')`)
    expect(netdoctor.run(['list'], {env: {XDG_DATA_HOME: folder}}).exitCode).toBe(0)
    expect(existsSync(ran)).toBe(false)
  })

  it('are named when they throw while loading, or clash with a checker that is there', () => {
    const config = pluginConfig(place)
    writeFileSync(join(place, 'demo.mjs'), 'throw new Error("no licence")')
    expect(netdoctor.run(['list', '--config', config])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/demo\.mjs cannot be loaded: no licence/),
    })
    writeFileSync(
      join(place, 'demo.mjs'),
      `export default {id: 'fork-limit', title: 'x', needs: [], wants: [], rules: {x: {severity: 'error', title: 'x'}}, *check() {}}`,
    )
    expect(netdoctor.run(['list', '--config', config])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('a checker "fork-limit", which netdoctor itself has already'),
    })
  })

  it('that throw while checking are a bug of theirs: the other checkers still answer', () => {
    const config = pluginConfig(place, 'throw new Error("oops")')
    const {exitCode, stdout} = netdoctor.run([
      'check',
      '--json',
      '--config',
      config,
      '--from',
      recordedHost('not-collected', {'root/proc/sys/kernel/osrelease': '6.1.0\n'}),
    ])
    expect(exitCode).toBe(70)
    const statuses = Object.fromEntries(parsed(stdout).checkers.map(({id, status}) => [id, status]))
    expect(statuses).toMatchObject({demo: 'error', 'fork-limit': 'unknown'})
  })
})

describe('a recording', () => {
  it('gives the same findings as the live check, and is for its owner only', () => {
    const essence = ({findings, checkers}: Report) => ({
      findings: findings.map(({id, subject, severity}) => ({id, subject, severity})),
      checkers: checkers.map(({id, status}) => ({id, status})),
    })
    const check = (...more: string[]) => parsed(netdoctor.run(['check', '--json', ...more], {env: noEngines}).stdout)
    let target: string
    let live: Report
    let attempt = 0
    // Only a host that did not change meanwhile can be compared with its recording.
    do {
      target = join(folder, `bundle${attempt}`)
      live = check()
      const created = netdoctor.run(['bundle', 'create', '--unpacked', target], {env: noEngines})
      expect(created).toMatchObject({exitCode: 0, stderr: ''})
      attempt += 1
    } while (attempt < 10 && JSON.stringify(essence(live)) !== JSON.stringify(essence(check())))
    const replayed = check('--from', target)
    expect(essence(replayed)).toEqual(essence(live))
    expect(replayed.host).toMatchObject({hostname: live.host.hostname, source: target})
    const open = execFileSync('find', [target, '-perm', '/077', '-not', '-type', 'l'], {encoding: 'utf8'})
    expect(open).toBe('')
    expect(readdirSync(target)).toContain('manifest.json')
  })

  it('is not written over something', () => {
    writeFileSync(join(folder, 'mine'), '')
    const {exitCode, stderr} = netdoctor.run(['bundle', 'create', '--unpacked', folder], {env: noEngines})
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(folder)])
    expect(readdirSync(folder)).toEqual(['mine'])
  })
})

/** PIDs of processes that run something of this installation. */
function processesOf(installation: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(installation)
    } catch {
      return false
    }
  })
}
