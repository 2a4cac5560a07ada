import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Finding} from '../../../src/model/finding.js'
import {describeLab} from '../../support/lab/requirements.js'
import {commandsOf, findingOf, Hosts, told} from './hosts.js'

/**
 * A laptop that has its address from its provider's router, with privacy extensions, and a test network 1::/64 on the
 * same link. A router there leads to a server at 2::2, and knows nothing but these two networks.
 */
describeLab('the laptop that gets no answer from 2::2', ['root', 'ip', 'ping', 'python3'], () => {
  let hosts: Hosts
  let finding: Finding

  beforeAll(async () => {
    hosts = await Hosts.make(['laptop', 'router', 'server'])
    await hosts.wire('laptop', 'eth0', 'router', 'lan')
    await hosts.wire('router', 'far', 'server', 'eth0')
    await hosts.run('router', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
    await hosts.ip('router', 'addr add 1::1/64 dev lan', 'addr add 2::1/64 dev far')
    await hosts.ip('server', 'addr add 2::2/64 dev eth0', 'route add default via 2::1')
    await hosts.run('laptop', ['sysctl', '-qw', 'net.ipv6.conf.eth0.use_tempaddr=2'])
    await hosts.ip('laptop', 'addr add 1::5/64 dev eth0', 'route add 2::/64 via 1::1 dev eth0')
    // The provider's router is on the same link; where its messages come from is of no matter here.
    await hosts.advertise('router', 'lan', 1800, '2001:db8:15::')
  }, 30_000)

  afterAll(() => hosts.remove())

  it('has a temporary address of its provider, which it uses', async () => {
    const source = await hosts.source('laptop', '2::2')
    expect(source).toMatch(/^2001:db8:15:/)
    expect(await hosts.ip('laptop', 'addr show dev eth0 temporary')).toContain(source)
    expect(await hosts.pings('laptop', '2::2')).toBe(false)
  })

  it('is told why', async () => {
    const {code, stdout} = await hosts.netdoctor('laptop', 'check', 'ipv6-source', '--dest', '2::2', '--json')
    expect(code).toBe(0)
    finding = findingOf(JSON.parse(stdout), 'source-off-prefix')
    expect(finding).toMatchObject({
      severity: 'warning',
      confidence: 'likely',
      subject: {kind: 'source address', name: expect.stringMatching(/^2001:db8:15:.* to 1::1 on eth0$/)},
      summary: expect.stringMatching(
        /^Packets to 2::\/64 leave with the temporary address 2001:db8:15:\S*, not with 1::5, which is of the network of their next hop 1::1 \(1::\/64\)$/,
      ),
      why: expect.stringContaining('use_tempaddr=2 on eth0'),
    })
    expect(commandsOf(finding).map(({argv}) => argv?.join(' '))).toEqual([
      'ip -6 route replace 2::/64 via 1::1 dev eth0 metric 1024 src 1::5',
      'sysctl -w net.ipv6.conf.eth0.use_tempaddr=0',
      'ip addrlabel add prefix 1::/64 label 100',
      'ip addrlabel add prefix 2::/64 label 100',
    ])
  })

  describe.each([
    {
      name: 'the route',
      first: 0,
      steps: 1,
      undo: ['route replace 2::/64 via 1::1 dev eth0 metric 1024'],
      // Neighbours in 1::/64 have a route of their own.
      left: [expect.stringMatching(/^notice source-off-prefix 2001:db8:15:.* on eth0$/)],
    },
    {name: 'use_tempaddr', first: 1, steps: 1, undo: [], left: []},
    {
      name: 'the labels',
      first: 2,
      steps: 2,
      undo: ['addrlabel del prefix 1::/64 label 100', 'addrlabel del prefix 2::/64 label 100'],
      left: [],
    },
  ])('with the remedy of $name', ({first, steps, undo, left}) => {
    beforeAll(async () => {
      for (const remedy of commandsOf(finding).slice(first, first + steps)) await hosts.apply('laptop', remedy)
    })

    afterAll(async () => {
      await hosts.run('laptop', ['sysctl', '-qw', 'net.ipv6.conf.eth0.use_tempaddr=2'])
      await hosts.ip('laptop', ...undo)
    })

    it('gets an answer, and hears nothing more of it', async () => {
      expect(await hosts.pings('laptop', '2::2')).toBe(true)
      expect(await hosts.source('laptop', '2::2')).toBe('1::5')
      expect(told(await hosts.check('laptop', '2::2'))).toEqual(left)
    })
  })

  it('also talks to its neighbours in 1::/64 with the remedy of the notice', async () => {
    expect(await hosts.pings('laptop', '1::1')).toBe(false)
    const {findings} = await hosts.check('laptop', '1::1')
    const notice = findings.find(({subject}) => subject.name.endsWith(' on eth0') && !subject.name.includes(' to '))
    const [remedy] = notice ? commandsOf(notice) : []
    expect(remedy?.argv?.join(' ')).toBe('ip -6 route replace 1::/64 dev eth0 proto kernel metric 256 src 1::5')
    if (remedy) await hosts.apply('laptop', remedy)
    expect(await hosts.pings('laptop', '1::1')).toBe(true)
    await hosts.ip('laptop', 'route replace 1::/64 dev eth0 proto kernel metric 256')
  })

  it('is as it was when all is undone', async () => {
    expect(await hosts.pings('laptop', '2::2')).toBe(false)
    const report = await hosts.check('laptop', '2::2')
    expect(findingOf(report, 'source-off-prefix').summary).toBe(finding.summary)
  })
})
