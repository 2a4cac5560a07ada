import {describe, expect, test} from 'vitest'
import {parseAddresses} from '../../../src/facts/network/addresses.js'
import {orderLinks, parseDeviceOrder} from '../../../src/facts/network/device-order.js'
import {parseLabels} from '../../../src/facts/network/labels.js'
import {parseLinks} from '../../../src/facts/network/links.js'
import {parseNeighbours} from '../../../src/facts/network/neighbours.js'
import {parseRoutes} from '../../../src/facts/network/routes.js'
import type {Rows} from '../../../src/facts/network/rows.js'
import {parseRules} from '../../../src/facts/network/rules.js'
import {parseSettings, settingsOf} from '../../../src/facts/network/settings.js'

function rows<T>(parsed: Rows<T>): readonly T[] {
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.rows
}

const unicast =
  '"type":"1","dev":"eth0","table":"254","protocol":"3","scope":"0","metric":1024,"flags":[],"pref":"medium"'

describe('routes', () => {
  const one = (json: string) => rows(parseRoutes(`[${json}]`))[0]

  test('of every type, by number and by name', () => {
    const types = rows(
      parseRoutes(
        `[${['1', 'unicast', '2', '4', '5', '6', '7', '8', '9', 'throw']
          .map((type) => `{"type":"${type}","dst":"2001:db8::/32","dev":"lo","table":"254","metric":1}`)
          .join(',')}]`,
      ),
    )
    expect(types.map(({type, nexthops}) => `${type} ${nexthops.length}`)).toEqual([
      'unicast 1',
      'unicast 1',
      'local 1',
      'anycast 1',
      'multicast 1',
      'blackhole 0',
      'unreachable 0',
      'prohibit 0',
      'throw 0',
      'throw 0',
    ])
  })

  test('with all that decides', () => {
    expect(
      one(
        '{"type":"1","dst":"default","from":"2001:db8:1::/64","gateway":"fe80::5","dev":"eth0","table":"100","protocol":"9","prefsrc":"2001:db8::1","metric":512,"flags":["linkdown"],"expires":1799,"pref":"high"}',
      ),
    ).toEqual({
      table: 100,
      dst: {address: '::', length: 0},
      src: {address: '2001:db8:1::', length: 64},
      type: 'unicast',
      metric: 512,
      preference: 'high',
      prefsrc: '2001:db8::1',
      protocol: 'ra',
      expires: 1799,
      nexthops: [{dev: 'eth0', via: 'fe80::5', weight: 1, flags: ['linkdown']}],
    })
    expect(one(`{${unicast},"dst":"2001:db8::1","expires":"30sec"}`)).toMatchObject({
      dst: {address: '2001:db8::1', length: 128},
      expires: 30,
      protocol: 'boot',
    })
  })

  test('of several next hops', () => {
    const hops =
      '[{"gateway":"fe80::1","dev":"a","weight":2,"flags":[]},{"dev":"b","weight":1,"flags":["dead","linkdown"]}]'
    const route = `{"type":"1","dst":"2001:db8::/32","table":"main","metric":1024,"flags":[],"nexthops":${hops}}`
    expect(one(route)?.nexthops).toEqual([
      {dev: 'a', via: 'fe80::1', weight: 2, flags: []},
      {dev: 'b', via: null, weight: 1, flags: ['dead', 'linkdown']},
    ])
  })

  test('into tunnels, whose ends iproute2 before 6.3 calls dst and src of the route', () => {
    const tunnels = [
      '"encap":"ip6","id":4,"src":"::","dst":"2001:db8:1::1","hoplimit":0,"tc":0',
      '"encap":"mpls","dst":"100/200","ttl":0',
      '"encap":{"encap_type":"ip6","id":4,"dst":"2001:db8:1::1"}',
    ]
    for (const encap of tunnels) {
      expect(one(`{"dst":"2628::/32",${encap},${unicast}}`)?.dst, encap).toEqual({address: '2628::', length: 32})
    }
  })

  test('are none where they are clones of the cache', () => {
    expect(rows(parseRoutes(`[{${unicast},"dst":"2001:db8::1","cache":["expires"]}]`))).toEqual([])
  })

  test.each([
    ["a table whose name is not the kernel's", `{"type":"1","dst":"::/0","dev":"a","table":"isp1","metric":1}`],
    ['another type', `{"type":"77","dst":"::/0","dev":"a","table":"254","metric":1}`],
    [
      'no next hop, as of a kernel that shows its id alone',
      `{"type":"1","dst":"::/0","nhid":4,"table":"254","metric":1}`,
    ],
    ['no metric', `{"type":"1","dst":"::/0","dev":"a","table":"254"}`],
    ['no destination', `{"type":"1","dev":"a","table":"254","metric":1}`],
    [
      'an IPv4 gateway',
      `{"type":"1","dst":"::/0","via":{"family":"inet","host":"192.0.2.1"},"dev":"a","table":"254","metric":1}`,
    ],
    ['a source that is none', `{"type":"1","dst":"::/0","prefsrc":"x","dev":"a","table":"254","metric":1}`],
  ])('cannot be read with %s: then none of them is known', (_, json) => {
    expect(parseRoutes(`[{${unicast},"dst":"2001:db8::/32"},${json}]`)).toMatchObject({
      problem: expect.stringContaining('cannot be read: {'),
    })
  })
})

describe('rules', () => {
  const one = (json: string) => rows(parseRules(`[${json}]`))[0]

  test('as iproute2 prints them with names and with numbers', () => {
    const plain = {
      not: false,
      src: null,
      dst: null,
      iif: null,
      oif: null,
      fwmark: null,
      fwmask: null,
      action: 'lookup',
      goto: null,
      suppressPrefixLength: null,
      suppressIfgroup: null,
      l3mdev: false,
      uidRange: null,
      ipProto: null,
      sport: null,
      dport: null,
      dsfield: null,
      others: [],
      protocol: 'kernel',
    }
    expect(one('{"priority":0,"src":"all","table":"255","protocol":"2"}')).toEqual({...plain, priority: 0, table: 255})
    expect(one('{"priority":32766,"src":"all","table":"main","protocol":"kernel"}')).toEqual({
      ...plain,
      priority: 32766,
      table: 254,
    })
  })

  test('with every selector', () => {
    expect(
      one(
        '{"priority":5,"not":null,"src":"2001:db8::","srclen":32,"dst":"2002::1","tos":"0x10","fwmark":"0x1","fwmask":"0xff","iif":"a","oif":"b","oif_detached":null,"uid_start":0,"uid_end":1,"ipproto":"ipproto-6","sport_start":1,"sport_end":4,"dport":5,"table":"100","suppress_prefixlen":0,"suppress_ifgroup":"7"}',
      ),
    ).toMatchObject({
      priority: 5,
      not: true,
      src: {address: '2001:db8::', length: 32},
      dst: {address: '2002::1', length: 128},
      dsfield: '0x10',
      fwmark: 1,
      fwmask: 255,
      iif: 'a',
      oif: 'b',
      uidRange: [0, 1],
      ipProto: 'tcp',
      sport: '1-4',
      dport: '5',
      table: 100,
      suppressPrefixLength: 0,
      suppressIfgroup: '7',
      others: [],
    })
  })

  test('with a mark whose bits all count, and one of 0', () => {
    expect(one('{"priority":5,"src":"all","fwmark":"0x1","table":"1"}')).toMatchObject({fwmark: 1, fwmask: 0xffff_ffff})
    expect(one('{"priority":5,"src":"all","fwmark":"0","fwmask":"0xff","table":"1"}')).toMatchObject({
      fwmark: 0,
      fwmask: 255,
    })
  })

  test('of every action', () => {
    const action = (json: string) => {
      const rule = one(`{"priority":5,"src":"all",${json}}`)
      return [rule?.action, rule?.goto, rule?.table, rule?.l3mdev, rule?.others]
    }
    expect(action('"action":"7"')).toEqual(['unreachable', null, null, false, []])
    expect(action('"action":"blackhole"')).toEqual(['blackhole', null, null, false, []])
    expect(action('"action":"8"')).toEqual(['prohibit', null, null, false, []])
    expect(action('"goto":32766')).toEqual(['goto', 32766, null, false, []])
    expect(action('"goto":"none","unresolved":null')).toEqual(['goto', null, null, false, []])
    expect(action('"nop":null')).toEqual(['nop', null, null, false, []])
    expect(action('"l3mdev":null')).toEqual(['lookup', null, null, true, []])
  })

  test('that ask for what is not known here say so', () => {
    expect(one('{"priority":5,"src":"all","flowlabel":"0x1","dscp":"4","table":"1"}')?.others).toEqual([
      'flowlabel',
      'dscp',
    ])
    const ports = '"sport":4,"sport_mask":"0xffff","dport":5,"dport_mask":"0xff"'
    expect(one(`{"priority":5,"src":"all",${ports},"table":"1"}`)).toMatchObject({
      ...{sport: '4', dport: '5', others: ['dport_mask']},
    })
    expect(one('{"priority":5,"src":"all","to_tbl":"prohibit"}')?.others).toEqual(['to_tbl'])
    expect(one('{"priority":5,"src":"all","action":"44"}')?.others).toEqual(['action 44'])
  })

  test('cannot be read with a table of another name, or an address that is none', () => {
    expect(parseRules('[{"priority":5,"src":"all","table":"isp"}]')).toHaveProperty('problem')
    expect(parseRules('[{"priority":5,"src":"0","srclen":4,"table":"1"}]')).toHaveProperty('problem')
    expect(parseRules('[{"priority":5,"src":"all","fwmark":"x","table":"1"}]')).toHaveProperty('problem')
  })
})

describe('addresses', () => {
  const of = (json: string) => rows(parseAddresses(`[{"ifindex":2,"ifname":"a","addr_info":[${json}]}]`))[0]?.addresses

  test('with every flag, as true and, in some versions, as null', () => {
    const all =
      '"temporary":true,"deprecated":null,"tentative":true,"optimistic":true,"dadfailed":true,"home":true,"dynamic":true,"mngtmpaddr":true,"noprefixroute":true,"nodad":true'
    expect(
      of(
        `{"family":"inet6","local":"2001:db8::1","address":"2001:db8::2","prefixlen":128,"scope":"0","protocol":"2",${all},"valid_life_time":3600,"preferred_life_time":0}`,
      ),
    ).toEqual([
      {
        address: '2001:db8::1',
        peer: '2001:db8::2',
        prefixLength: 128,
        temporary: true,
        deprecated: true,
        tentative: true,
        optimistic: true,
        dadFailed: true,
        homeAddress: true,
        dynamic: true,
        manageTemporary: true,
        noPrefixRoute: true,
        validLifetime: 3600,
        preferredLifetime: 0,
        protocol: 'kernel_ra',
      },
    ])
  })

  test('for ever, and without what was filtered out', () => {
    const forever = '"valid_life_time":4294967295,"preferred_life_time":4294967295'
    const addresses = of(
      `{},{"family":"inet","local":"192.0.2.1","prefixlen":24,${forever}},{"family":"inet6","local":"fe80::1","prefixlen":64,${forever}}`,
    )
    expect(addresses).toHaveLength(1)
    expect(addresses?.[0]).toMatchObject({
      address: 'fe80::1',
      temporary: false,
      validLifetime: Number.POSITIVE_INFINITY,
    })
    expect(rows(parseAddresses('[{},{"ifindex":3}]'))).toEqual([{index: 3, addresses: []}])
  })

  test('cannot be read without a lifetime or a length', () => {
    for (const json of ['"prefixlen":64', '"valid_life_time":1,"preferred_life_time":1']) {
      expect(parseAddresses(`[{"ifindex":2,"addr_info":[{"family":"inet6","local":"::2",${json}}]}]`)).toHaveProperty(
        'problem',
      )
    }
  })
})

describe('links', () => {
  test('with what they are part of', () => {
    const text = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536},
      {"ifindex":9,"ifname":"red","flags":["NOARP","MASTER","UP"],"mtu":65575,"linkinfo":{"info_kind":"vrf","info_data":{"table":10}}},
      {"ifindex":4,"link":"if5","ifname":"a","master":"red","flags":["BROADCAST"],"mtu":1500,"linkinfo":{"info_kind":"veth","info_slave_kind":"vrf","info_slave_data":{"table":10}}}]`
    expect(rows(parseLinks(text))).toEqual([
      {
        index: 1,
        name: 'lo',
        up: true,
        carrier: true,
        loopback: true,
        kind: null,
        master: null,
        vrfTable: null,
        mtu: 65536,
      },
      {
        index: 9,
        name: 'red',
        up: true,
        carrier: false,
        loopback: false,
        kind: 'vrf',
        master: null,
        vrfTable: 10,
        mtu: 65575,
      },
      {
        index: 4,
        name: 'a',
        up: false,
        carrier: false,
        loopback: false,
        kind: 'veth',
        master: 9,
        vrfTable: null,
        mtu: 1500,
      },
    ])
  })

  test('cannot be read with a master that is not there', () => {
    const text = '[{"ifindex":4,"ifname":"a","master":"red","flags":[],"mtu":1500}]'
    expect(parseLinks(text)).toHaveProperty('problem')
  })
})

describe('labels and neighbours', () => {
  test('are read', () => {
    expect(
      rows(
        parseLabels(
          '[{"address":"::ffff:0.0.0.0","prefixlen":96,"label":4},{"address":"2601::","prefixlen":16,"ifname":"a","label":78}]',
        ),
      ),
    ).toEqual([
      {prefix: '::ffff:0.0.0.0', prefixLength: 96, label: 4, dev: null},
      {prefix: '2601::', prefixLength: 16, label: 78, dev: 'a'},
    ])
    expect(
      rows(
        parseNeighbours(
          '[{"dst":"fe80::1","dev":"a","lladdr":"00:11:22:33:44:55","router":null,"state":["REACHABLE"]},{"dst":"2001:db8::2","dev":"a","state":["FAILED"]},{"dst":"2001:db8::3","dev":"a","proxy":null}]',
        ),
      ),
    ).toEqual([
      {address: 'fe80::1', dev: 'a', router: true, states: ['REACHABLE']},
      {address: '2001:db8::2', dev: 'a', router: false, states: ['FAILED']},
    ])
  })
})

describe('the order of devices', () => {
  const igmp6 = `1    lo              ff020000000000000000000000000001     1 0000000C 0
5000 x8              ff020000000000000000000000000001     1 0000000C 0
5000 x8              ff010000000000000000000000000001     1 00000008 0
900  x9              ff020000000000000000000000000001     1 0000000C 0
`
  test('is that of /proc/net/igmp6', () => {
    expect(parseDeviceOrder(igmp6)).toEqual([1, 5000, 900])
  })

  test('is not known where a device with addresses is not in it', () => {
    const link = (index: number, addresses: readonly string[]) => ({index, addresses})
    const order = parseDeviceOrder(igmp6)
    expect(orderLinks([link(1, ['::1']), link(900, ['x']), link(5000, ['y']), link(6, [])], order)).toEqual({
      links: [link(1, ['::1']), link(5000, ['y']), link(900, ['x']), link(6, [])],
      known: true,
    })
    expect(orderLinks([link(1, ['::1']), link(6, ['x'])], order).known).toBe(false)
    expect(orderLinks([link(1, [])], []).known).toBe(true)
  })
})

describe('settings', () => {
  test('by device, also of odd names; what is not there is null', () => {
    const settings = parseSettings(
      '/proc/sys/net/ipv6/conf/eth0.100/use_tempaddr:2\n/proc/sys/net/ipv6/conf/all/forwarding:1\n/proc/sys/net/ipv6/conf/lo/use_tempaddr:-1\ngrep: x\n/proc/sys/net/ipv6/conf/b@r/forwarding:x\n',
    )
    expect(settings.of('eth0.100')).toMatchObject({useTempaddr: 2, forwarding: null})
    expect(settings.of('lo').useTempaddr).toBe(-1)
    expect(settings.of('all').forwarding).toBe(1)
    expect(settings.of('b@r').forwarding).toBeNull()
  })

  test('of a device that is called all are those of no file', () => {
    const settings = parseSettings('/proc/sys/net/ipv6/conf/all/forwarding:1\n')
    expect(settingsOf('all', settings).forwarding).toBeNull()
  })
})

describe('lists', () => {
  test('may be empty, or hold empty objects', () => {
    expect(rows(parseRules('[]'))).toEqual([])
    expect(rows(parseRules('[{},{}]\n'))).toEqual([])
  })

  test.each(['', '[{"priority":0', '{}', '7', '[7]', '[[]]', 'null', 'Dump terminated'])(
    'are no such as %j',
    (text) => {
      for (const parse of [parseRules, parseRoutes, parseAddresses, parseLinks, parseLabels, parseNeighbours]) {
        expect(parse(text)).toHaveProperty('problem')
      }
    },
  )
})
