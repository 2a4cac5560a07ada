import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import tcFilter from '../../../src/checkers/tc-filter/index.js'
import {check} from '../../../src/engine/check.js'
import {memorySource} from '../../support/memory-source.js'
import {networkRecords, OWN_INODE} from '../../support/network-records.js'

const folder = fileURLToPath(new URL('../../../src/checkers/tc-filter/cases/nothing-configured/host', import.meta.url))
const noRules = readFileSync(`${folder}/inputs/firewall-rules.ndjson`, 'utf8')
const OTHER = '4026532999'

interface Listed {
  readonly qdiscs: readonly object[]
  readonly classes?: Readonly<Record<string, string>>
  readonly filters: Readonly<Record<string, readonly object[]>>
}

function trafficControl({qdiscs, classes = {}, filters}: Listed, inode = OWN_INODE): string {
  const answer = (ask: string, words: string, text: string) => ({
    t: 'answer',
    inode,
    ask,
    argv: ['tc', ...words.split(' ')],
    text,
  })
  const records = [
    {t: 'netns', inode: OWN_INODE, own: true, names: [], pids: []},
    ...(inode === OWN_INODE
      ? []
      : [{t: 'answer', inode: OWN_INODE, ask: 'qdiscs', argv: ['tc', 'qdisc', 'show'], text: '[]'}]),
    ...(inode === OWN_INODE ? [] : [{t: 'netns', inode, own: false, names: ['blue'], pids: []}]),
    answer('qdiscs', 'qdisc show', JSON.stringify(qdiscs)),
    ...Object.entries(classes).map(([dev, text]) => answer('classes', `class show dev ${dev}`, text)),
    ...Object.entries(filters).map(([place, rows]) => answer('filters', `filter show ${place}`, JSON.stringify(rows))),
    {t: 'end', namespaces: inode === OWN_INODE ? 1 : 2, unseen: []},
  ]
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

const link = (ifindex: number, ifname: string, address: string | null, more: object = {}) => ({
  ...{ifindex, ifname, flags: ['UP', 'LOWER_UP'], mtu: 1500, ...more},
  addr_info:
    address === null
      ? []
      : [
          {
            family: 'inet6',
            local: address,
            prefixlen: 64,
            valid_life_time: 4294967295,
            preferred_life_time: 4294967295,
          },
        ],
})

async function findingsOf(tc: string, links: readonly object[] = [], inode = OWN_INODE) {
  const texts = {addresses: JSON.stringify(links)}
  const source = memorySource({
    'traffic-control': tc,
    network: networkRecords(inode === OWN_INODE ? [{texts}] : [{}]),
    'network-namespaces': networkRecords(inode === OWN_INODE ? [] : [{inode, own: false, names: ['blue'], texts}]),
    'firewall-rules': noRules,
    'asked-scripts': '',
  })
  const options = {
    failOn: 'error',
    wanted: () => true,
    accepted: [],
    tool: {name: 'netdoctor', version: '0.0.0'},
  } as const
  const report = await check(source, [tcFilter], options)
  return report.findings.map(({rule, severity, subject, summary}) => ({rule, severity, name: subject.name, summary}))
}

const u32 = (protocol: string, options: object, pref = 1) => ({
  ...{protocol, pref, kind: 'u32', chain: 0},
  options: {fh: '800::800', match: {value: '1', mask: 'ff', offmask: '', off: 8}, ...options},
})
const ingress = (dev: string, more: object = {}) => ({
  kind: 'ingress',
  handle: 'ffff:',
  dev,
  parent: 'ffff:fff1',
  options: {},
  ...more,
})
const redirect = (to: string) => ({actions: [{order: 1, kind: 'mirred', mirred_action: 'redirect', to_dev: to}]})

describe('filters of a running system', () => {
  it('may name a band that prio does not have', async () => {
    const qdiscs = [{kind: 'prio', handle: '1:', dev: 'eth0', root: true, options: {bands: 3}}]
    const filters = {'dev eth0 parent 1:': [u32('all', {flowid: '1:3'}), u32('all', {flowid: '1:4'})]}
    expect(await findingsOf(trafficControl({qdiscs, filters}))).toEqual([
      {
        rule: 'class-missing',
        severity: 'warning',
        name: 'eth0',
        summary: expect.stringMatching(/ class 1:4, .* priority 0$/),
      },
    ])
  })

  it('may have hfsc drop what it has no class for', async () => {
    const qdiscs = [{kind: 'hfsc', handle: '1:', dev: 'eth0', root: true, options: {default: '0x0'}}]
    const classes = {eth0: 'class hfsc 1: root \nclass hfsc 1:1 parent 1: sc m1 0bit d 0us m2 1Mbit \n'}
    const filters = {'dev eth0 parent 1:': [u32('all', {flowid: '1:9'})]}
    expect((await findingsOf(trafficControl({qdiscs, classes, filters})))[0]?.summary).toMatch(/1:9.*dropped$/)
  })

  it('send nowhere at ingress, whatever their flowid', async () => {
    const filters = {'dev eth0 ingress': [u32('all', {flowid: ':1'})]}
    expect(await findingsOf(trafficControl({qdiscs: [ingress('eth0')], filters}))).toEqual([])
  })

  it.each([
    ['an address', link(2, 'eth0', '2001:db8::1'), null, 1],
    ['a link-local address alone', link(2, 'eth0', 'fe80::1'), null, 0],
    ['none', link(2, 'eth0', null), null, 0],
    ['that of its bridge', link(2, 'eth0', null, {master: 'br0'}), link(3, 'br0', '2001:db8::1'), 1],
    ['that of another device', link(2, 'eth0', null), link(3, 'eth1', '2001:db8::1'), 0],
  ])('for IPv4 alone are told of where IPv6 passes: %s', async (_, device, other, count) => {
    const filters = {'dev eth0 ingress': [u32('ip', redirect('ifb0'))]}
    const links = other === null ? [device] : [device, other]
    const found = await findingsOf(trafficControl({qdiscs: [ingress('eth0')], filters}), links)
    expect(found.map(({rule}) => rule)).toEqual(Array.from({length: count}, () => 'family-unshaped'))
  })

  it.each([
    ['all', u32('all', {})],
    ['802.1Q', u32('802.1Q', {})],
    ['ipv6', u32('ipv6', redirect('ifb0'), 2)],
    [
      'bpf',
      {
        protocol: 'ipv6',
        pref: 2,
        kind: 'bpf',
        chain: 0,
        options: {handle: '0x1', bpf_name: 'x', 'direct-action': true},
      },
    ],
  ])('for IPv4 beside one of %s look at both', async (_, other) => {
    const filters = {'dev eth0 ingress': [u32('ip', redirect('ifb0')), other]}
    expect(
      await findingsOf(trafficControl({qdiscs: [ingress('eth0')], filters}), [link(2, 'eth0', '2001:db8::1')]),
    ).toEqual([])
  })

  it('of a shared block are those of every device that has it', async () => {
    const qdiscs = [ingress('eth0', {ingress_block: 7}), ingress('eth1', {ingress_block: 7}), ingress('eth2')]
    const filters = {'block 7': [u32('ip', redirect('ifb0'))]}
    const links = ['eth0', 'eth1', 'eth2'].map((name, at) => link(at + 2, name, `2001:db8:${at}::1`))
    const found = await findingsOf(trafficControl({qdiscs, filters}), links)
    expect(found.map(({rule, name}) => [rule, name])).toEqual([
      ['family-unshaped', 'eth0'],
      ['family-unshaped', 'eth1'],
    ])
  })

  it('of another network namespace are named with it', async () => {
    const filters = {'dev eth0 ingress': [u32('ip', redirect('ifb0'))]}
    const tc = trafficControl({qdiscs: [ingress('eth0')], filters}, OTHER)
    const found = await findingsOf(tc, [link(2, 'eth0', '2001:db8::1')], OTHER)
    expect(found.map(({name}) => name)).toEqual(['eth0 in network namespace blue'])
  })
})
