import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {SystemdManagerRecord} from '../../src/sources/records.js'
import {type BootedDebian, bootDebian} from '../support/lab/booted.js'
import {describeLab} from '../support/lab/requirements.js'
import {type Scratch, scratch} from '../support/lab/scratch.js'
import {trespassesOf} from '../support/lab/system-calls.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

describeLab('what PID 1 says', ['root', 'systemd-nspawn', 'debootstrap', 'nsenter', 'strace'], () => {
  let space: Scratch
  let machine: BootedDebian
  beforeAll(async () => {
    space = await scratch()
    machine = await bootDebian({shows: [process.execPath, root]})
  })
  afterAll(async () => {
    await machine?.stop()
    await space?.remove()
  })

  /** The probe, as it runs in the machine. */
  const probe = (...as: readonly string[]): [string, ...string[]] => [
    'sh',
    '-c',
    'cd "$0" && unset NODE_EXTRA_CA_CERTS NODE_OPTIONS && exec "$@"',
    root,
    ...as,
    process.execPath,
    '--import',
    'tsx',
    'test/support/lab/collect-one.ts',
    'systemd-manager',
  ]

  async function ask(...as: readonly string[]) {
    const {stdout, stderr} = await machine.run(probe(...as))
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }

  const recordOf = (answer: {text: string}): SystemdManagerRecord => JSON.parse(answer.text)
  // Mounts come and go while a machine that has just been booted settles.
  const isLasting = (name: string) => /\.(service|socket|target|timer|path)$/.test(name)
  const namesOf = ({units}: SystemdManagerRecord) =>
    units
      .map(({Id = ''}) => Id)
      .filter(isLasting)
      .sort()
  const loaded = async () =>
    (await machine.run(['systemctl', 'list-units', '--all', '--plain', '--no-legend', '--full'])).stdout
      .split('\n')
      .map((line) => line.split(/ +/)[0] ?? '')
      .filter(isLasting)
      .sort()

  test('is what systemctl says, to root and to everybody', async () => {
    await machine.run(['systemctl', 'set-environment', 'SPACED=a b"c\\d$e', 'UMLAUT=\u00e4'])
    const byRoot = recordOf(await ask())
    const byNobody = recordOf(await ask(...NOBODY))
    expect(namesOf(byNobody)).toEqual(namesOf(byRoot))
    expect(namesOf(byRoot)).toEqual(await loaded())
    expect(byRoot.version).toMatch(new RegExp(`^${machine.version}\\b`))
    for (const record of [byRoot, byNobody]) {
      expect(record.environment).toMatchObject({SPACED: 'a b"c\\d$e', UMLAUT: '\u00e4', PATH: expect.any(String)})
    }
    const dbus = byRoot.units.find(({Id}) => Id === 'dbus.service')
    expect(dbus).toMatchObject({
      LoadState: 'loaded',
      ActiveState: 'active',
      UnitFileState: 'static',
      NeedDaemonReload: 'no',
    })
    // Of what does not run, the state: everything else is in its files.
    const off = byRoot.units.find(({ActiveState, LoadState}) => ActiveState === 'inactive' && LoadState === 'loaded')
    expect(off).toMatchObject({SubState: 'dead'})
    // Mounts with a unit file are asked for too.
    const mount = byRoot.units.find(({Id}) => Id === 'dev-mqueue.mount')
    expect(mount?.FragmentPath).toMatch(/dev-mqueue\.mount$/)
  })

  test('is asked for without a change: nothing written, only PID 1 spoken to, no unit loaded', async () => {
    const before = await loaded()
    const traced = await trespassesOf(['nsenter', '-t', String(machine.pid), '-a', ...probe()], space.dir)
    expect(traced.code).toBe(0)
    expect(traced.writes).toEqual([])
    expect(traced.sockets).toEqual([])
    // tsx, which runs the sources here, has a socket of its own.
    expect(traced.connections.filter((path) => !path.includes('/tsx-'))).toEqual(['/run/systemd/private'])
    // nsenter(1) itself enters the machine's namespaces.
    expect(traced.others.filter((call) => !/^setns\(/.test(call))).toEqual([])
    expect(await loaded()).toEqual(before)
  })

  test('is not asked for over a bus that this would start', async (context) => {
    await machine.run(['systemctl', 'stop', 'dbus.service'])
    const names = (await machine.run(['sh', '-c', 'cat /proc/[0-9]*/comm'])).stdout.split('\n')
    if (names.includes('dbus-daemon')) context.skip('this release does not let its bus be stopped')
    expect(await ask(...NOBODY)).toMatchObject({status: 'missing', reason: 'unsupported'})
    expect((await machine.run(['systemctl', 'is-active', 'dbus.service', 'dbus.socket'])).stdout).toBe(
      'inactive\nactive\n',
    )
    expect(await ask()).toMatchObject({status: 'raw'})
    await machine.run(['systemctl', 'start', 'dbus.service'])
  })
})
