import {describe, expect, it} from 'vitest'
import {askedDestinationsFact} from '../../src/facts/asked-destinations.js'
import {dockerDaemonFact} from '../../src/facts/docker-daemon.js'
import {ipv6TranslationFact} from '../../src/facts/ipv6-translation.js'
import {peersFact} from '../../src/facts/peers.js'
import {resolversFact} from '../../src/facts/resolvers.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

describe('resolvers', () => {
  it('are those of resolv.conf, three at most, at the beginning of a line', async () => {
    const conf =
      '# nameserver 2001:db8::9\nnameserver 2001:db8::1\n nameserver 2001:db8::2\nnameserver\tfe80::1%eth0 # x\nnameserver 192.0.2.1\nnameserver 2001:db8::4\nnameservers 2001:db8::5\n'
    expect(valueOfKnown(await derive(resolversFact, {'resolv-conf': conf}))).toEqual([
      {address: '2001:db8::1', path: '/etc/resolv.conf', line: 2},
      {address: 'fe80::1%eth0', path: '/etc/resolv.conf', line: 4},
      {address: '192.0.2.1', path: '/etc/resolv.conf', line: 5},
    ])
  })

  it('are also those that systemd-resolved asks, behind its stub', async () => {
    const stub = 'nameserver 127.0.0.53\noptions edns0\n'
    const behind = 'nameserver 2001:db8::53\n'
    const both = await derive(resolversFact, {'resolv-conf': stub, 'resolved-resolv-conf': behind})
    expect(valueOfKnown(both).map(({address}) => address)).toEqual(['127.0.0.53', '2001:db8::53'])
    const alone = await derive(resolversFact, {'resolv-conf': 'nameserver ::1\n', 'resolved-resolv-conf': behind})
    expect(valueOfKnown(alone).map(({address}) => address)).toEqual(['::1'])
    const denied = missing('resolved-resolv-conf', 'denied', 'EACCES')
    expect(gapsOf(await derive(resolversFact, {'resolv-conf': stub, 'resolved-resolv-conf': denied}))).toEqual([
      'resolved-resolv-conf: denied',
    ])
  })

  it('are none without the file, and not known where it cannot be read', async () => {
    expect(valueOfKnown(await derive(resolversFact, {}))).toEqual([])
    const fact = await derive(resolversFact, {'resolv-conf': missing('resolv-conf', 'denied', 'EACCES')})
    expect(fact.known).toBe(false)
  })
})

describe('peers', () => {
  const head =
    '  sl  local_address                         remote_address                        st tx_queue rx_queue\n'
  const line = (local: string, remote: string, state: string) =>
    `   0: ${local}:C350 ${remote}:01BB ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n`
  // 2001:db8::5, 2400::1, ::ffff:192.0.2.1, as a machine that stores the lowest byte first prints them.
  const host = 'B80D0120000000000000000005000000'
  const far = '00000024000000000000000001000000'
  const mapped = '0000000000000000FFFF0000010200C0'

  it('are the ends of established connections, each pair once', async () => {
    const tcp = head + line(host, far, '01') + line(host, far, '01') + line(host, far, '06') + line(host, mapped, '01')
    const udp = head + line(host, '0'.repeat(32), '07') + line(host, far, '01')
    expect(valueOfKnown(await derive(peersFact, {'tcp6-sockets': tcp, 'udp6-sockets': udp}))).toEqual([
      {protocol: 'tcp', local: '2001:db8::5', remote: '2400::1'},
      {protocol: 'udp', local: '2001:db8::5', remote: '2400::1'},
    ])
  })

  it('are none on a host without IPv6, and known in part where one file cannot be read', async () => {
    expect(valueOfKnown(await derive(peersFact, {}))).toEqual([])
    const cut = missing('tcp6-sockets', 'truncated', 'more than 64 MiB')
    expect(gapsOf(await derive(peersFact, {'tcp6-sockets': cut}))).toEqual(['tcp6-sockets: truncated'])
  })

  it('are found in 100,000 lines in less than a second', async () => {
    const text = head + line(host, far, '01').repeat(100_000)
    const before = process.cpuUsage()
    expect(valueOfKnown(await derive(peersFact, {'tcp6-sockets': text}))).toHaveLength(1)
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})

describe('the configuration of dockerd', () => {
  it.each([
    ['{\n  "ipv6": true\n}\n', {ipv6: true, ipForward: true, ipv6Line: 2, text: '"ipv6": true'}],
    ['{"ipv6": "true", "ip-forward": false}', {ipv6: false, ipForward: false, ipv6Line: 1}],
    ['', {ipv6: false, ipForward: true, ipv6Line: null, text: null}],
  ])('%j', async (text, expected) => {
    expect(valueOfKnown(await derive(dockerDaemonFact, {'docker-daemon-json': text}))).toMatchObject(expected)
  })

  it('is none without the file, and not known where it is broken', async () => {
    expect(valueOfKnown(await derive(dockerDaemonFact, {}))).toBeNull()
    expect(gapsOf(await derive(dockerDaemonFact, {'docker-daemon-json': '{"ipv6": tru'}))).toEqual([
      'docker-daemon-json: invalid',
    ])
  })
})

describe('translation of IPv6 sources', () => {
  const subsystem = (name: string, state: string) => JSON.stringify({t: 'subsystem', name, state, by: 'test'})
  const rules = (tool: string, text: string) => JSON.stringify({t: 'rules', tool, argv: [tool], text})
  const none = [subsystem('nf_tables', 'empty'), subsystem('ip6_tables', 'absent')]
  const nft = (table: string, rule: string) => [
    subsystem('nf_tables', 'rules'),
    subsystem('ip6_tables', 'empty'),
    rules('nft', `table ${table} nat { # handle 1\n\tchain post { # handle 1\n\t\t${rule} # handle 2\n\t}\n}\n`),
  ]

  it.each<[string, readonly string[], boolean | null]>([
    ['no rules at all', none, false],
    ['masquerade', nft('ip6', 'oifname "eth0" masquerade'), true],
    ['snat in inet', nft('inet', 'ip6 saddr fd00::/8 snat ip6 to 2001:db8::1'), true],
    ['masquerade of IPv4', nft('ip', 'oifname "eth0" masquerade'), false],
    ['a comment that speaks of it', nft('ip6', 'counter comment "no-masquerade"'), false],
    ['a rule of ip6tables-nft', nft('ip6', 'xt match "conntrack" counter xt target "MASQUERADE"'), true],
    ['a rule of ip6tables-nft, as nft 1.0.6 prints it', nft('ip6', 'counter xt target SNPT'), true],
    [
      'ip6tables-legacy',
      [
        subsystem('nf_tables', 'empty'),
        subsystem('ip6_tables', 'rules'),
        rules('ip6tables-legacy-save', '*nat\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n'),
      ],
      true,
    ],
    ['rules that nobody could print', [subsystem('nf_tables', 'rules'), subsystem('ip6_tables', 'empty')], null],
    ['what was not asked', [subsystem('nf_tables', 'unknown'), subsystem('ip6_tables', 'empty')], null],
    ['half a recording', [subsystem('nf_tables', 'empty')], null],
  ])('%s', async (_, lines, translates) => {
    const fact = await derive(ipv6TranslationFact, {'firewall-rules': lines.map((each) => `${each}\n`).join('')})
    expect(valueOfKnown(fact).translates).toBe(translates)
  })

  it('is a question only where something depends on it', async () => {
    expect(valueOfKnown(await derive(ipv6TranslationFact, {})).translates).toBeNull()
  })
})

it('asked destinations are a line each', async () => {
  const asked = await derive(askedDestinationsFact, {'asked-destinations': '2::2\n2001:db8::1\n'})
  expect(valueOfKnown(asked)).toEqual(['2::2', '2001:db8::1'])
})
