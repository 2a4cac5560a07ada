import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {afterEach, describe, expect, it, vi} from 'vitest'
import PredictSource from '../../commands/predict/source.js'
import {networkRecords, type RecordedNamespace, settingsText} from '../support/network-records.js'
import {temporaryFolder} from '../support/temporary-folder.js'
import {runCommand} from './run.js'

const forever = {valid_life_time: 4294967295, preferred_life_time: 4294967295}
const address = (local: string, prefixlen = 64, more: object = {}) => ({
  ...{family: 'inet6', local, prefixlen, ...forever},
  ...more,
})
const link = (ifindex: number, ifname: string, ...addr_info: readonly object[]) => ({
  ...{ifindex, ifname, mtu: 1500, addr_info},
  flags: [ifname === 'lo' ? 'LOOPBACK' : 'BROADCAST', 'UP', 'LOWER_UP'],
})
const route = (dst: string, dev: string, more: object = {}) => ({
  ...{type: '1', dst, dev, table: '254', protocol: '3', metric: 1024, flags: [], pref: 'medium'},
  ...more,
})

/** A laptop with a public network and a test network behind a router. */
const laptop: RecordedNamespace = {
  texts: {
    addresses: JSON.stringify([
      link(1, 'lo', address('::1', 128)),
      link(
        2,
        'eth0',
        address('2001:db8:1:0:a1b2:c3d4:e5f6:1', 64, {temporary: true, dynamic: true}),
        address('2001:db8:1::5', 64, {dynamic: true, mngtmpaddr: true}),
        address('2001:db8:9::5', 64, {deprecated: true, preferred_life_time: 0}),
        address('fd00:1::5'),
        address('fe80::5'),
      ),
      link(3, 'usb0', address('fd00::2'), address('fe80::6')),
      link(4, 'wlan0', address('fd00:2::2'), address('fd00:2:0:5::2')),
    ]),
    deviceOrder: '1 lo x\n2 eth0 x\n3 usb0 x\n4 wlan0 x\n',
    settings: settingsText({all: {}, lo: {use_tempaddr: -1}, eth0: {use_tempaddr: 2}, usb0: {}, wlan0: {}}),
    labels: JSON.stringify([
      {address: '::1', prefixlen: 128, label: 0},
      {address: 'fc00::', prefixlen: 7, label: 5},
      {address: '::', prefixlen: 0, label: 1},
    ]),
    routes: JSON.stringify([
      route('default', 'eth0', {gateway: 'fe80::1', protocol: '9'}),
      route('2001:db8:1::/64', 'eth0', {metric: 256}),
      route('2001:db8:77::/48', 'eth0', {prefsrc: '2001:db8:1::5'}),
      route('2001:db8:88::/48', 'eth0', {
        dev: undefined,
        nexthops: [
          {gateway: 'fe80::1', dev: 'eth0', weight: 1, flags: []},
          {gateway: 'fe80::2', dev: 'usb0', weight: 1, flags: []},
        ],
      }),
      route('fd00::/64', 'usb0', {metric: 256}),
      route('fe80::/64', 'eth0', {metric: 256}),
      route('fe80::/64', 'usb0', {metric: 256}),
      route('2::/64', 'usb0', {gateway: 'fd00::1'}),
      route('2c00::/16', 'wlan0', {gateway: 'fd00:2::1'}),
      route('fd00:2::/64', 'wlan0', {metric: 256}),
      route('2620::/32', 'lo', {type: '7'}),
      route('::1', 'lo', {type: '2', table: '255', metric: 0}),
    ]),
  },
}

function bundle(namespace: RecordedNamespace = laptop, others: readonly RecordedNamespace[] = []): string {
  const dir = temporaryFolder()
  const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05Z'}
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
  mkdirSync(join(dir, 'inputs'))
  writeFileSync(join(dir, 'inputs/network.ndjson'), networkRecords([namespace]))
  writeFileSync(join(dir, 'inputs/network-namespaces.ndjson'), networkRecords(others))
  mkdirSync(join(dir, 'root/proc/sys/kernel'), {recursive: true})
  writeFileSync(join(dir, 'root/proc/sys/kernel/osrelease'), '6.18.0\n')
  return dir
}

const predict = (args: readonly string[], from = bundle()) => runCommand(PredictSource, [...args, '--from', from])

describe('predict source', () => {
  it.each([
    ['privacy', '2001:db8:1::99', []],
    ['a socket that prefers public addresses', '2001:db8:1::99', ['--prefer', 'public']],
    ['the outgoing interface', '2::2', []],
    ['src of a route', '2001:db8:77::1', []],
    ['a label', 'fd00:1::1', []],
    ['the longest prefix', 'fd00:2::99', []],
    ['the order of addresses', '2c00::1', []],
    ['scope', 'fe80::99%eth0', []],
    ['the destination itself', '::1', []],
    ['several next hops', '2001:db8:88::1', []],
    ['no route', '2620::1', []],
    ['no such device', '2a00::1', ['--oif', 'eth9']],
  ])('explains %s', async (_, dest, flags) => {
    const {stdout, stderr, exitCode} = await predict([dest, ...flags])
    expect(stdout).toMatchSnapshot()
    expect([stderr, exitCode]).toEqual(['', stdout.includes('Not known') ? 3 : 0])
  })

  it('says what is not known, and that it is not', async () => {
    const texts = {...laptop.texts, labels: {reason: 'timeout', detail: 'ip -6 addrlabel list: no answer within 9 ms'}}
    const {stdout, exitCode} = await predict(['2b00::1', '--prefer', 'public'], bundle({texts}))
    expect(stdout).toMatchSnapshot()
    expect(exitCode).toBe(3)
  })

  it('prints one destination as one JSON document, several as a line each', async () => {
    const one = await predict(['2::2', '--json'])
    expect(JSON.parse(one.stdout)).toEqual({
      dest: '2::2',
      source: 'fd00::2',
      dev: 'usb0',
      rule: 'outgoing-interface',
      why: expect.stringContaining('rule 5'),
      runnerUp: {address: '2001:db8:1:0:a1b2:c3d4:e5f6:1', dev: 'eth0', lostBy: 'outgoing-interface'},
      route: {
        type: 'unicast',
        table: 254,
        dst: '2::/64',
        via: 'fd00::1',
        dev: 'usb0',
        metric: 1024,
        prefsrc: null,
        policyRule: 32766,
      },
    })
    const {stdout} = await predict(['2::2', '::1', '--format', 'json'])
    expect(stdout.split('\n').map((line) => line && JSON.parse(line).source)).toEqual(['fd00::2', '::1', ''])
    expect((await predict(['2::2', '::1'])).stdout.split('\n\n')).toHaveLength(2)
  })

  it('asks in the namespace of that name', async () => {
    const from = bundle(laptop, [{inode: '4026532500', names: ['web']}])
    expect(JSON.parse((await predict(['2::2', '--netns', 'web', '--json'], from)).stdout)).toMatchObject({
      error: {code: 'ENETUNREACH'},
    })
    // Processes are not in the bundle: a container may have that name.
    const {stdout, exitCode} = await predict(['2::2', '--netns', 'wob'], from)
    expect(stdout).toMatchSnapshot()
    expect(exitCode).toBe(3)
  })

  it('escapes what a recorded host says', async () => {
    const texts = {
      ...laptop.texts,
      addresses: {reason: 'invalid', detail: 'ip: exit code 1: \u001b[2J\u202egnp'},
    }
    const {stdout} = await predict(['2b00::1'], bundle({texts}))
    expect(stdout).toContain('\\x1b[2J\\u202egnp')
    expect(stdout).not.toContain('\u001b')
  })

  it.each([
    ['192.0.2.1', /192\.0\.2\.1 is an IPv4 address/],
    ['2001:db8::1%eth0', /by oif, not by a zone/],
    ['host.example', /no IPv6 address/],
  ])('refuses %s', async (dest, message) => {
    const {error, stdout} = await predict([dest])
    expect([error?.message, stdout]).toEqual([expect.stringMatching(message), ''])
  })
})

describe('predict source --order', () => {
  const withGaiConf = (text: string, others: readonly RecordedNamespace[] = []) => {
    const from = bundle(laptop, others)
    mkdirSync(join(from, 'root/etc'))
    writeFileSync(join(from, 'root/etc/gai.conf'), text)
    return from
  }

  it.each([
    ['several rules', ['2c00::1', 'fd00:2::99', '2620::1', '2001:db8:1::99'], '', 0],
    ['an order that is the same whatever sources of IPv4 are', ['192.0.2.1', '2001:db8:1::99'], '', 0],
    ['an order that depends on sources of IPv4', ['2001:db8:1::99', '192.0.2.1', '192.0.2.2'], '', 3],
    ['a table of its own', ['2001:db8:1::99', 'fd00:1::1'], 'precedence fc00::/7 60\n', 0],
    ['a line that may crash programs', ['2001:db8:1::99', '::1'], 'reload yes\nscopev4 10.1.1.1 2\n', 0],
  ])('explains %s', async (_, dests, gai, code) => {
    const {stdout, stderr, exitCode} = await predict(['--order', ...dests], withGaiConf(gai))
    expect(stdout).toMatchSnapshot()
    expect([stderr, exitCode]).toEqual(['', code])
  })

  it('says that the gai.conf of a namespace may be another, and what one that was not read would', async () => {
    const web = [{inode: '4026532500', names: ['web']}]
    const dests = ['--order', '::1', '2001:db8::1']
    expect((await predict([...dests, '--netns', 'web'], withGaiConf('', web))).stdout).toMatchSnapshot()
    const {stdout, exitCode} = await predict(dests)
    expect(stdout).toMatchSnapshot()
    expect(exitCode).toBe(3)
  })

  it('prints one JSON document', async () => {
    const from = withGaiConf('')
    const {stdout} = await predict(['--order', '192.0.2.1', '2620::1', '2001:db8:1::99', '::1', '--json'], from)
    expect(JSON.parse(stdout)).toMatchObject({
      order: null,
      first: '::1',
      unknowns: [expect.any(String), expect.any(String)],
    })
    const known = JSON.parse((await predict(['--order', '2620::1', '::1', '--json'], from)).stdout)
    expect(known).toEqual({
      order: [
        {dest: '::1', source: '::1'},
        {dest: '2620::1', source: null, error: {code: 'EHOSTUNREACH', why: expect.any(String)}},
      ],
      decisions: [{first: '::1', second: '2620::1', rule: 'usable', why: expect.stringContaining('rule 1')}],
      first: '::1',
      unknowns: [],
      assumed: [expect.any(String)],
    })
  })

  it.each([
    [['::1'], /2 to 256 of them/],
    [['::1', '::2', '--prefer', 'public'], /--order takes no --prefer/],
    [['::1', 'host.example'], /host\.example is no IPv6 address/],
  ])('refuses %s', async (args, message) => {
    const {error, stdout} = await predict(['--order', ...args])
    expect([error?.message, stdout]).toEqual([expect.stringMatching(message), ''])
  })
})

describe('predict source of standard input', () => {
  afterEach(() => vi.restoreAllMocks())

  async function batch(text: string, args: readonly string[] = []) {
    const stdin = Readable.from([Buffer.from(text)])
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Object.assign(stdin, {isTTY: false}) as typeof process.stdin)
    return predict(args)
  }

  it('answers each line', async () => {
    const {stdout, exitCode} = await batch('2::2\n{"dest":"2001:db8:1::99","prefer":"public"}\n192.0.2.1\n')
    expect(stdout).toMatchSnapshot()
    expect(exitCode).toBe(2)
  })

  it('is no question without any', async () => {
    const {stdout, exitCode} = await batch('\n')
    expect([stdout, exitCode]).toEqual(['', 0])
  })
})
