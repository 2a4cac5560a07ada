import {describe, expect, it} from 'vitest'
import type {Fact} from '../../../src/facts/define.js'
import {type FirewallMarks, firewallMarksFact} from '../../../src/facts/firewall-marks.js'
import type {FirewallRecord, FirewallTool} from '../../../src/sources/firewall-records.js'
import {growthOf, LINEAR} from '../../support/growth.js'
import {derive, valueOfKnown} from '../derive.js'

const subsystems = (nft: string, ip: string, ip6 = ip) =>
  [
    ['nf_tables', nft],
    ['ip_tables', ip],
    ['ip6_tables', ip6],
  ].map(([name, state]) => ({t: 'subsystem', name, state, by: 'test'}) as FirewallRecord)

const rules = (tool: FirewallTool, text: string): FirewallRecord => ({t: 'rules', tool, argv: [tool], text})

const fact = (...records: readonly (FirewallRecord | string)[]) =>
  derive(firewallMarksFact, {
    'firewall-rules': records.map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`).join(''),
  })

const unreadOf = (found: Fact<FirewallMarks>) =>
  valueOfKnown(found).unread.map(({input, reason}) => `${input}: ${reason}`)

const hex = (number: number) => `0x${number.toString(16)}`
const inShort = ({changes}: FirewallMarks) =>
  changes.map(
    ({target, source, keep, take, flip}) =>
      `${target} = (${target} & ${hex(keep)})${source === null ? '' : ` ^ (${source} & ${hex(take)})`} ^ ${hex(flip)}`,
  )

const chain = (...lines: readonly string[]) =>
  `table inet t { # handle 3\n\tchain c { # handle 1\n\t\ttype filter hook prerouting priority mangle; policy accept;\n${lines.map((line, at) => `\t\t${line} # handle ${at + 5}\n`).join('')}\t}\n}\n`

const nft = async (text: string) => valueOfKnown(await fact(...subsystems('rules', 'absent'), rules('nft', text)))

describe('marks of nft list ruleset', () => {
  it.each([
    ['meta mark set 0x00000010', ['packet = (packet & 0x0) ^ 0x10']],
    ['meta mark set 16 comment "meta mark set 7 # handle 9"', ['packet = (packet & 0x0) ^ 0x10']],
    ['meta mark set meta mark | 0x00000100', ['packet = (packet & 0xfffffeff) ^ 0x100']],
    ['meta mark set meta mark & 0x0000ff05 | 0x00000005', ['packet = (packet & 0xff00) ^ 0x5']],
    ['meta mark set meta mark ^ 0x00000003', ['packet = (packet & 0xffffffff) ^ 0x3']],
    ['counter packets 0 bytes 0 meta mark set mark and 0xffffff00 xor 0x1', ['packet = (packet & 0xffffff00) ^ 0x1']],
    ['ct mark set ct mark xor 0xd603 and 0xffffb751', ['connection = (connection & 0xffffb751) ^ 0xd603']],
    ['meta mark set ct mark', ['packet = (packet & 0x0) ^ (connection & 0xffffffff) ^ 0x0']],
    [
      'meta mark set ct mark & 0x000000ff',
      [
        'packet = (packet & 0x0) ^ (connection & 0xff) ^ 0x0',
        'packet = (packet & 0xffffff00) ^ (connection & 0xff) ^ 0x0',
      ],
    ],
    ['ct mark set meta mark', ['connection = (connection & 0x0) ^ (packet & 0xffffffff) ^ 0x0']],
    ['ct mark set ct mark | 0x00000080', ['connection = (connection & 0xffffff7f) ^ 0x80']],
    [
      'meta mark set tcp dport map { 1 : 0x00000041, 2 : 0x00000042 }',
      ['packet = (packet & 0x0) ^ 0x41', 'packet = (packet & 0x0) ^ 0x42'],
    ],
    ['meta mark set numgen inc mod 2 offset 100', ['packet = (packet & 0x0) ^ 0x64', 'packet = (packet & 0x0) ^ 0x65']],
    [
      'meta mark set numgen random mod 2 map { 0 : 0x00000061, 1 : 0x00000062 }',
      ['packet = (packet & 0x0) ^ 0x61', 'packet = (packet & 0x0) ^ 0x62'],
    ],
    ['tcp dport 22 meta mark 0x00000005 accept comment "queue"', []],
    ['meta priority set 1:20', []],
  ])('%s', async (rule, expected) => {
    const value = await nft(chain(rule))
    expect([inShort(value), value.open]).toEqual([expected, []])
  })

  it.each([
    'meta mark set socket mark',
    'meta mark set ct mark << 8',
    'meta mark set jhash ip saddr mod 65536',
    'meta mark set bufferbloat',
    'meta mark set tcp dport map { 1 : gold }',
    'meta mark set ip saddr map @gone',
    'meta l4proto udp counter packets 0 bytes 0 queue num 3',
    'queue flags bypass,fanout to 3-5',
  ])('any mark: %s', async (rule) => {
    const {changes, open} = await nft(chain(rule))
    expect(changes).toEqual([])
    expect(open).toEqual([
      {why: expect.any(String), where: {source: 'nft list ruleset', text: `table inet t, chain c: ${rule}`}},
    ])
  })

  const map = (name: string, elements: string) =>
    `\tmap ${name} { # handle 2\n\t\ttype inet_service : mark\n\t\telements = { ${elements} }\n\t}\n\n`
  const withMap = (text: string, ...lines: readonly string[]) => chain(...lines).replace('{ # handle 3\n', `$&${text}`)

  it('takes the marks of a named map from its elements', async () => {
    const text = withMap(
      map('m', '22 comment "a : 9" : 0x00000001,\n\t\t\t     80 timeout 3s expires 2s : 0x00000020'),
      'meta mark set tcp dport map @m',
    )
    expect(inShort(await nft(text))).toEqual(['packet = (packet & 0x0) ^ 0x1', 'packet = (packet & 0x0) ^ 0x20'])
  })

  it('knows no marks of a map that rules fill', async () => {
    const text = withMap(
      map('m', '22 : 0x00000001'),
      'meta mark set tcp dport map @m',
      'update @m { tcp dport : 0x00000002 }',
    )
    expect((await nft(text)).open).toMatchObject([{why: expect.stringContaining('@m')}])
  })

  it('passes over rules of a dormant table', async () => {
    expect(inShort(await nft(chain('meta mark set 1').replace('{ # handle 3\n', '$&\tflags dormant\n\n')))).toEqual([])
  })

  it('reads chains without a name', async () => {
    const text = chain('X').replace(
      'X # handle 5',
      'tcp dport 22 jump {\n\t\t\tmeta mark set 0x5\n\t\t\taccept\n\t\t} # handle 5',
    )
    expect(inShort(await nft(text))).toEqual(['packet = (packet & 0x0) ^ 0x5'])
  })

  it('takes no more time than grows with the length of rules made to be slow', async () => {
    const read = async (size: number) => {
      const {open} = await nft(chain(`${'meta mark set ct mark map '.repeat(size)}`, `${'{ '.repeat(5 * size)}`))
      expect(open.length).toBeGreaterThan(0)
    }
    expect(await growthOf(read, 10_000)).toBeLessThan(LINEAR)
  })
})

const saved = (...lines: readonly string[]) =>
  `# Generated\n*mangle\n:PREROUTING ACCEPT [0:0]\n:own - [0:0]\n${lines.map((line) => `-A PREROUTING ${line}\n`).join('')}COMMIT\n`

describe('marks of iptables-save', () => {
  it.each([
    ['-j MARK --set-xmark 0xa/0xffffffff', ['packet = (packet & 0x0) ^ 0xa']],
    [
      '-m comment --comment "x \\" -j MARK --set-xmark 0x1/0x1" -j MARK --set-xmark 0x1/0xff',
      ['packet = (packet & 0xffffff00) ^ 0x1'],
    ],
    ['-j MARK --set-mark 0x5/0x1', ['packet = (packet & 0xfffffffa) ^ 0x5']],
    ['-j MARK --or-mark 0x100', ['packet = (packet & 0xfffffeff) ^ 0x100']],
    ['-j MARK --and-mark 0xff', ['packet = (packet & 0xff) ^ 0x0']],
    ['-j MARK --xor-mark 0x3', ['packet = (packet & 0xffffffff) ^ 0x3']],
    [
      '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf',
      ['packet = (packet & 0xffffff00) ^ (connection & 0xf) ^ 0x0'],
    ],
    ['-j CONNMARK --save-mark --mask 0xff', ['connection = (connection & 0xffffff00) ^ (packet & 0xff) ^ 0x0']],
    ['-j CONNMARK --set-xmark 0x1/0x1', ['connection = (connection & 0xfffffffe) ^ 0x1']],
    ['-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x7/0xf', ['packet = (packet & 0xfffffff0) ^ 0x7']],
    [
      '-j HMARK --hmark-src-prefix 24 --hmark-rnd 0x5 --hmark-mod 2 --hmark-offset 100',
      ['packet = (packet & 0x0) ^ 0x64', 'packet = (packet & 0x0) ^ 0x65'],
    ],
    ['-j own', []],
    ['-m mark --mark 0x5 -j ACCEPT', []],
  ])('%s', async (rule, expected) => {
    const value = valueOfKnown(
      await fact(...subsystems('absent', 'rules', 'absent'), rules('iptables-legacy-save', saved(rule))),
    )
    expect([inShort(value), value.open]).toEqual([expected, []])
  })

  it.each([
    '-p udp -j NFQUEUE --queue-num 3',
    '-j SET --map-set s src --map-mark',
    '-j CONNMARK --restore-mark --right-shift-mark 8',
    '-j FANCY',
    '-j HMARK --hmark-tuple src --hmark-mod 65536',
  ])('any mark: %s', async (rule) => {
    const value = valueOfKnown(
      await fact(...subsystems('absent', 'rules', 'absent'), rules('iptables-legacy-save', saved(rule))),
    )
    expect([value.changes, value.open.length]).toEqual([[], 1])
  })
})

describe('firewallMarksFact', () => {
  it('knows that there are no rules where no part of the kernel has any', async () => {
    const found = await fact(...subsystems('absent', 'empty'))
    expect([valueOfKnown(found), unreadOf(found)]).toEqual([{changes: [], open: [], unread: []}, []])
  })

  it.each([
    [
      'not recorded',
      [],
      ['firewall-rules: not-collected', 'firewall-rules: not-collected', 'firewall-rules: not-collected'],
    ],
    ['a subsystem that could not be asked', subsystems('unknown', 'empty'), ['firewall-rules: denied']],
    ['no answer', subsystems('rules', 'empty'), ['firewall-rules: not-collected']],
    [
      'denied',
      [
        ...subsystems('rules', 'empty'),
        {t: 'unread', tool: 'nft', reason: 'denied', detail: 'nft: not permitted'} as const,
      ],
      ['firewall-rules: denied'],
    ],
    ['a line that is no record', [...subsystems('absent', 'empty'), '{"t":"rules"}'], ['firewall-rules: invalid']],
  ])('says what was not read: %s', async (_, records, gaps) => {
    expect(unreadOf(await fact(...records))).toEqual(gaps)
  })

  it('says so where the input is missing', async () => {
    expect(unreadOf(await derive(firewallMarksFact, {}))).toEqual(['firewall-rules: absent'])
  })

  const opaque =
    'table ip mangle { # handle 1\n\tchain P { # handle 1\n\t\tmeta l4proto tcp counter packets 0 bytes 0 xt target TPROXY # handle 11\n\t\tcounter packets 0 bytes 0 xt target "CLASSIFY" # handle 12\n\t}\n}\n'

  it('says so of a target that nft does not spell out', async () => {
    const found = await fact(...subsystems('rules', 'absent'), rules('nft', opaque))
    expect([valueOfKnown(found).changes, unreadOf(found)]).toEqual([[], ['firewall-rules: unsupported']])
    expect(valueOfKnown(found).unread[0]?.detail).toContain('TPROXY')
  })

  it('has none where iptables-nft-save spells it out', async () => {
    const text = saved('-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x7/0xf')
    const found = await fact(...subsystems('rules', 'absent'), rules('nft', opaque), rules('iptables-nft-save', text))
    expect([inShort(valueOfKnown(found)), unreadOf(found)]).toEqual([['packet = (packet & 0xfffffff0) ^ 0x7'], []])
  })
})
