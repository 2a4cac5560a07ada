import {afterEach, beforeEach, expect, it} from 'vitest'
import {eventually} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'
import {commandsOf, findingOf, Hosts, told} from './hosts.js'

/** A host with two links to one router, which has a way back to all networks of both. */
describeLab(
  'what goes wrong with source addresses, done to a real kernel',
  ['root', 'ip', 'ping', 'python3', 'nft'],
  () => {
    let hosts: Hosts

    beforeEach(async () => {
      hosts = await Hosts.make(['host', 'router', 'server'])
      await hosts.wire('host', 'eth0', 'router', 'lan0')
      await hosts.wire('host', 'eth1', 'router', 'lan1')
      await hosts.run('router', ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
      await hosts.ip('router', 'addr add 2001:db8:0::1/64 dev lan0', 'addr add 2001:db8:1::1/64 dev lan1')
      await hosts.ip('router', 'addr add fe80::1/64 dev lan0', 'addr add 2001:db8:ffff::1/64 dev lo')
    }, 30_000)
    afterEach(() => hosts.remove())

    it('a route has a source address whose link has gone down', async () => {
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0', 'addr add 2001:db8:1::5/64 dev eth1')
      await hosts.ip('host', 'route add 2001:db8:ffff::/64 via 2001:db8:0::1 dev eth0 src 2001:db8:1::5')
      expect(await hosts.pings('host', '2001:db8:ffff::1')).toBe(true)
      expect(told(await hosts.check('host'))).toEqual([])

      await hosts.ip('host', 'link set eth1 down')
      expect(await hosts.source('host', '2001:db8:ffff::1')).toBe('2001:db8:1::5')
      expect(await hosts.pings('host', '2001:db8:ffff::1')).toBe(false)
      const report = await hosts.check('host')
      expect(told(report)).toEqual(['error route-source-unusable 2001:db8:1::5'])
      const [remedy] = commandsOf(findingOf(report, 'route-source-unusable'))
      expect(remedy?.argv?.join(' ')).toBe(
        'ip -6 route replace 2001:db8:ffff::/64 via 2001:db8::1 dev eth0 metric 1024',
      )
      if (remedy) await hosts.apply('host', remedy)
      expect(await hosts.pings('host', '2001:db8:ffff::1')).toBe(true)
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('deleting an address takes it out of routes, and leaves nothing to report', async () => {
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0', 'addr add 2001:db8:0::6/64 dev eth0')
      await hosts.ip('host', 'route add 2001:db8:ffff::/64 via 2001:db8:0::1 dev eth0 src 2001:db8:0::5')
      await hosts.ip('host', 'addr del 2001:db8:0::5/64 dev eth0')
      expect(await hosts.source('host', '2001:db8:ffff::1')).toBe('2001:db8::6')
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('a route with a nexthop object keeps the source address that was deleted', async () => {
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0', 'addr add 2001:db8:0::6/64 dev eth0')
      await hosts.ip('host', 'nexthop add id 1 via 2001:db8:0::1 dev eth0')
      await hosts.ip('host', 'route add 2001:db8:ffff::/64 nhid 1 src 2001:db8:0::5')
      await hosts.ip('host', 'addr del 2001:db8:0::5/64 dev eth0')
      expect(await hosts.pings('host', '2001:db8:ffff::1')).toBe(false)
      const report = await hosts.check('host')
      expect(told(report)).toEqual(['error route-source-unusable 2001:db8::5'])
      const [remedy] = commandsOf(findingOf(report, 'route-source-unusable'))
      if (remedy) await hosts.apply('host', remedy)
      expect(await hosts.pings('host', '2001:db8:ffff::1')).toBe(true)
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('another host holds an address, and a route goes on using it', async () => {
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0', 'addr add 2001:db8:1::5/64 dev eth1 nodad')
      await hosts.ip('host', 'route add 2001:db8:ffff::/64 via 2001:db8:0::1 dev eth0 src 2001:db8:1::5')
      await hosts.ip('router', 'addr add 2001:db8:1::5/64 dev lan1')
      await hosts.run('host', [
        ...(['sysctl', '-qw', 'net.ipv6.conf.eth1.accept_dad=1', 'net.ipv6.conf.eth1.dad_transmits=1'] as const),
        'net.ipv6.conf.eth1.keep_addr_on_down=1',
      ])
      // With nodad it is not probed again: as after a suspend, the address comes back with its link.
      await hosts.ip('host', 'addr change 2001:db8:1::5/64 dev eth1', 'link set eth1 down', 'link set eth1 up')
      await eventually('the address fails', 10, async () =>
        (await hosts.ip('host', 'addr show dev eth1')).includes('dadfailed') ? true : null,
      )
      const report = await hosts.check('host')
      expect(told(report)).toEqual(
        expect.arrayContaining(['error address-duplicate 2001:db8:1::5', 'error route-source-unusable 2001:db8:1::5']),
      )
      expect(findingOf(report, 'route-source-unusable').causedBy).toEqual({
        id: 'ipv6-source/address-duplicate',
        subject: {kind: 'address', name: '2001:db8:1::5'},
      })
      const [remedy] = commandsOf(findingOf(report, 'address-duplicate'))
      if (remedy) await hosts.apply('host', remedy)
      expect(told(await hosts.check('host'))).toEqual([])
    }, 30_000)

    it('a gateway, and no address but a link-local one', async () => {
      await hosts.wire('router', 'far', 'server', 'eth0')
      await hosts.ip('router', 'addr add 2001:db8:2::1/64 dev far')
      await hosts.ip('server', 'addr add 2001:db8:2::2/64 dev eth0', 'route add default via 2001:db8:2::1')
      await hosts.ip('host', 'route add default via fe80::1 dev eth0')
      expect(await hosts.pings('host', '2001:db8:2::2')).toBe(false)
      expect(told(await hosts.check('host'))).toEqual(['error source-not-global on eth0'])
      // What the remedy says; which address is not for netdoctor to know.
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0')
      expect(await hosts.pings('host', '2001:db8:2::2')).toBe(true)
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('the address of another interface', async () => {
      await hosts.ip('host', 'addr add 2001:db8:1::5/64 dev eth1', 'route add default via fe80::1 dev eth0')
      expect(await hosts.source('host', '2400::1')).toBe('2001:db8:1::5')
      expect(told(await hosts.check('host'))).toEqual([
        'warning source-other-interface 2001:db8:1::5 to fe80::1 on eth0',
      ])
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0')
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('only a deprecated address', async () => {
      await hosts.ip(
        'host',
        'addr add 2001:db8:0::5/64 dev eth0 preferred_lft 0',
        'route add default via fe80::1 dev eth0',
      )
      const report = await hosts.check('host')
      expect(told(report)).toEqual(['notice source-deprecated 2001:db8::5'])
      const [remedy] = commandsOf(findingOf(report, 'source-deprecated'))
      if (remedy) await hosts.apply('host', remedy)
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('a prefix that its router has withdrawn', async () => {
      await hosts.advertise('router', 'lan0', 1800, '2001:db8:0::')
      expect(told(await hosts.check('host'))).toEqual([])
      await hosts.advertise('router', 'lan0', 1800, '2001:db8:0::', 0)
      expect(told(await hosts.check('host'))).toEqual([expect.stringMatching(/^warning source-deprecated 2001:db8::/)])
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0')
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('a unique local address for the Internet', async () => {
      await hosts.ip('host', 'addr add fd00:1::5/64 dev eth0', 'route add default via fe80::1 dev eth0')
      expect(told(await hosts.check('host'))).toEqual(['notice source-unique-local fd00:1::5'])
      await hosts.ip('host', 'addr add 2001:db8:1::5/64 dev eth1')
      expect(await hosts.source('host', '2400::1')).toBe('fd00:1::5')
      expect(told(await hosts.check('host'))).toEqual(['warning source-unique-local fd00:1::5'])
      // Translated, it is as good as any.
      await hosts.run('host', ['nft', 'add table ip6 nat'])
      await hosts.run('host', ['nft', 'add chain ip6 nat post { type nat hook postrouting priority srcnat; }'])
      await hosts.run('host', ['nft', 'add rule ip6 nat post oifname "eth0" masquerade'])
      expect(told(await hosts.check('host'))).toEqual([])
      await hosts.run('host', ['nft', 'flush ruleset'])
      // So it is in a netfilter-less host with an address of its own.
      await hosts.ip('host', 'addr add 2001:db8:0::5/64 dev eth0')
      expect(told(await hosts.check('host'))).toEqual([])
    })

    it('a connection that is established shows that answers come back', async () => {
      await hosts.ip('host', 'addr add fd00:1::5/64 dev eth0', 'route add default via fe80::1 dev eth0')
      await hosts.ip('router', 'addr add fd00:1::1/64 dev lan0', 'addr add 2400::1/64 dev lo')
      const server = hosts.start('router', ['python3', '-c', LISTEN])
      try {
        await eventually('the server listens', 5, async () =>
          (await hosts.run('router', ['ss', '-Htln6', 'sport = :7'])).includes('2400::1') ? true : null,
        )
        const client = hosts.start('host', ['python3', '-c', CONNECT])
        try {
          await eventually('the connection stands', 5, async () =>
            (await hosts.run('host', ['ss', '-Htn6', 'state', 'established'])).includes('2400::1') ? true : null,
          )
          expect(told(await hosts.check('host'))).toEqual([])
        } finally {
          await client()
        }
      } finally {
        await server()
      }
      expect(told(await hosts.check('host'))).toEqual(['notice source-unique-local fd00:1::5'])
    })
  },
)

const LISTEN = `import socket, time
server = socket.create_server(('2400::1', 7), family=socket.AF_INET6)
connection = server.accept()
time.sleep(60)`

const CONNECT = `import socket, time
connection = socket.create_connection(('2400::1', 7))
time.sleep(60)`
