import type {Configuration, LabQuestion, Phase} from './configuration.js'

const DEVICES = ['v0', 'p0', 'v1', 'p1']

/** Two pairs of veth, up and without addresses of their own. */
const links: readonly Phase[] = [
  {
    ip: ['link set lo up', 'link add name v0 type veth peer name p0', 'link add name v1 type veth peer name p1'],
  },
  {
    sysctl: DEVICES.flatMap((dev) => [
      [`conf/${dev}/accept_dad`, 0],
      [`conf/${dev}/addr_gen_mode`, 1],
    ]),
  },
  {ip: DEVICES.map((dev) => `link set ${dev} up`)},
]

const addresses = [
  'addr add 2001:db8:a::1/64 dev v0',
  'addr add 2001:db8:b::1/64 dev v1',
  'addr add 2001:db8:c::1/64 dev p1',
]

/** Duplicate address detection on v0 takes longer than the test. */
const useOptimistic: readonly Phase[] = [
  {
    sysctl: [
      ['conf/v0/accept_dad', 1],
      ['conf/v0/dad_transmits', 500],
      ['conf/v0/optimistic_dad', 1],
      ['conf/v0/use_optimistic', 1],
    ],
  },
]

function configuration(phases: readonly Phase[], questions: readonly (string | LabQuestion)[]): Configuration {
  return {
    phases: [...links, ...phases],
    questions: questions.map((question) => (typeof question === 'string' ? {dest: question} : question)),
  }
}

/** What is too rare at random, and each surprise that was found in the source of the kernel. */
export const fixedConfigurations: Readonly<Record<string, Configuration>> = {
  'router preference goes before order, metric before preference': configuration(
    [
      {
        ip: [
          ...addresses,
          'route append default dev v0 metric 50 pref low',
          'route append default dev v1 metric 50 pref high',
          'route append default dev p1 metric 50',
          'route append 2600::/16 dev v0 metric 50 pref low',
          'route append 2600::/16 dev v1 metric 60 pref high',
        ],
      },
    ],
    ['2a00::1', '2600::1', {dest: '2a00::1', oif: 'v0'}, {dest: '2600::1', oif: 'v1'}],
  ),
  'a host passes over routers that do not answer': withRouters(0),
  'a router does not ask whether routers answer': withRouters(1),
  'a source-specific route hides the others of its destination': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default dev p1',
          'route add 2600::/32 dev v0',
          'route add 2600::/32 from 2001:db8:b::/48 dev v1',
          'route add default from 2001:db8:b::/48 dev v1',
        ],
      },
    ],
    ['2600::1', '2a00::1', {dest: '2600::1', oif: 'v0'}, {dest: '2600::1', oif: 'v1'}],
  ),
  'a source is chosen without a route, which a source-specific route then has': configuration(
    [{ip: [...addresses, 'route add 2600::/32 from 2001:db8:a::/48 dev p1']}],
    ['2600::1', '2a00::1'],
  ),
  'goto passes over what lies between, and nowhere if its target is missing': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default dev v0 table 101',
          'route add default dev v1 table 102',
          'route add default dev p1',
          'rule add to 2600::/16 pref 10 goto 30',
          'rule add to 2610::/16 pref 10 goto 35',
          'rule add pref 20 lookup 101',
          'rule add pref 30 lookup 102',
        ],
      },
    ],
    ['2600::1', '2610::1', '2a00::1'],
  ),
  'iif is lo for what the host itself sends': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default dev v0 table 101',
          'route add default dev v1 table 102',
          'rule add iif v0 pref 10 lookup 101',
          'rule add iif lo to 2600::/16 pref 20 lookup 102',
          'rule add not iif lo pref 30 lookup 101',
          'route add default dev p1',
        ],
      },
    ],
    ['2600::1', '2a00::1'],
  ),
  'initial rules that are deleted count all the same until a rule is added': configuration(
    [{ip: [...addresses, 'route add default dev v0', 'rule del pref 32766']}],
    ['2600::1', '2001:db8:a::1'],
  ),
  'initial rules that are deleted are gone when a rule was added': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default dev v0',
          'rule add pref 5 lookup local',
          'rule del pref 0',
          'rule del pref 32766',
        ],
      },
    ],
    ['2600::1', '2001:db8:a::1'],
  ),
  'what the last rule suppresses is not used': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default dev v0',
          'rule add pref 10 lookup main suppress_prefixlength 0',
          'rule del pref 32766',
        ],
      },
    ],
    ['2600::1', '2001:db8:a::1', '2001:db8:a::2'],
  ),
  'errors are not suppressed': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add unreachable default table 101',
          'route add default dev v0',
          'rule add pref 10 lookup 101 suppress_prefixlength 0',
        ],
      },
    ],
    ['2600::1'],
  ),
  'a unicast route through lo is no error': configuration(
    [{ip: [...addresses, 'route add 2600::/16 dev lo', 'addr add 2001:db8:d::1/128 dev lo']}],
    ['2600::1'],
  ),
  'what failed duplicate address detection is no candidate': configuration(
    [
      {
        sysctl: [
          ['conf/v0/accept_dad', 1],
          ['conf/v0/dad_transmits', 1],
        ],
      },
      {
        ip: [
          'addr add 2001:db8:b::1/64 dev v1',
          'route add default dev v0',
          'addr add 2001:db8:a::1/64 dev p0 nodad',
          'addr add 2001:db8:a::1/64 dev v0',
          'addr add 2001:db8:a::2/64 dev v0 nodad preferred_lft 0',
        ],
      },
      {sleep: 2.5},
    ],
    ['2600::1', '2001:db8:a::9', {dest: 'ff02::1', oif: 'v0'}],
  ),
  'an optimistic source does not ask for a neighbour': optimistic([]),
  'but may go to a default router': optimistic(['route add default via fe80::1 dev v0 onlink']),
  'an optimistic address loses to one that is not, and wins against a deprecated one': configuration(
    [
      ...useOptimistic,
      {
        ip: [
          'route add default dev v0',
          'addr add 2001:db8:a::1/64 dev v0 nodad',
          'addr add 2001:db8:a::2/64 dev v0 optimistic',
          'addr add 2600::2/64 dev v0 nodad preferred_lft 0',
          'addr add fd00::1/64 dev v0 nodad preferred_lft 0',
          'addr add fd00::2/64 dev v0 optimistic',
        ],
      },
    ],
    ['2610::1', '2600::1', 'fd77::1'],
  ),
  'next hops that are objects': configuration(
    [
      {
        ip: [
          ...addresses,
          'route add default via fe80::9 dev p1 onlink',
          'nexthop add id 1 via fe80::1 dev v0',
          'nexthop add id 2 via fe80::2 dev v1',
          'nexthop add id 3 via fe80::3 dev v1',
          'nexthop add id 6 blackhole',
          'neigh add fe80::1 dev v0 nud failed',
        ],
      },
      {anyFamily: ['nexthop add id 4 group 1/2', 'nexthop add id 5 group 2/3']},
      {
        ip: [
          'route add 2600::/16 nhid 2',
          'route add 2610::/16 nhid 4',
          'route add 2620::/16 nhid 5',
          'route add 2630::/16 nhid 6',
        ],
      },
    ],
    [
      '2600::1',
      '2610::1',
      '2620::1',
      '2630::1',
      {dest: '2630::1', oif: 'v0'},
      {dest: '2610::1', oif: 'v0'},
      {dest: '2610::1', oif: 'p1'},
    ],
  ),
  'a VRF has routes and addresses of its own, where the kernel has VRFs': configuration(
    [
      {
        ip: [
          'link add blue type vrf table 110',
          'link set blue up',
          'link set v1 master blue',
          'link set p1 master blue',
        ],
      },
      {
        ip: [
          ...addresses,
          'addr add 2001:db8:d::1/128 dev blue',
          'addr add fe80::5/64 dev v1',
          'route add default dev v0',
          'route add default dev v1 table 110',
          'route add 2610::/16 dev p1 table 110 src 2001:db8:d::1',
          'route add 2620::/16 dev v1 src 2001:db8:a::1',
          'rule add oif blue to 2630::/16 pref 10 prohibit',
          'rule add oif v1 to 2640::/16 pref 10 prohibit',
        ],
      },
    ],
    ['2600::1', '2620::1', '2001:db8:b::1', 'blue', 'v1', 'p1', 'v0'].flatMap((dev) =>
      dev.includes(':')
        ? [{dest: dev}]
        : [
            ...['2600::1', '2610::1', '2620::1', '2630::1', '2640::1', '2001:db8:b::1', '2001:db8:b::9'],
            ...['2001:db8:d::1', 'fe80::9', 'fe80::5', 'ff02::1', 'ff0e::1', '::1'],
          ].map((dest) => ({dest, oif: dev})),
    ),
  ),
  'home addresses are preferred, where the kernel has Mobile IPv6': configuration(
    [
      {
        ip: [
          'addr add 2001:db8:a::1/64 dev v0',
          'addr add 2001:db8:a::2/64 dev v0 home',
          'addr add 2001:db8:a::3/64 dev v0',
          'addr add 2600::2/64 dev v1 home preferred_lft 0',
          'route add default dev v0',
        ],
      },
    ],
    ['2600::1', '2610::1', '2001:db8:a::3'],
  ),
  'a device that is not there': configuration([{ip: addresses}], [{dest: '2600::1', oif: 'gone'}]),
  'addresses of a peer, of all routers of a subnet, and of multicast': configuration(
    [
      {sysctl: [['conf/all/forwarding', 1]]},
      {ip: [...addresses, 'addr add 2001:db8:e::1 peer 2001:db8:e::2/128 dev v0', 'addr add fe80::5/64 dev v1']},
    ],
    [
      '2001:db8:e::2',
      '2001:db8:a::',
      'ff0e::1',
      {dest: 'ff0e::1', oif: 'v1'},
      {dest: 'ff02::1', zone: 'v1'},
      {dest: 'fe80::5', zone: 'v1'},
      {dest: 'fe80::5', zone: 'v0'},
      'fe80::5',
      {dest: '::1', oif: 'v0'},
      {dest: '::', oif: 'lo'},
      {dest: '2001:db8:a::1', oif: 'v1'},
    ],
  ),
  'a host without addresses': configuration(
    [{ip: ['link set lo down', 'route add default dev v0']}],
    ['2600::1', '::1'],
  ),
}

function withRouters(forwarding: number): Configuration {
  return configuration(
    [
      {sysctl: [['conf/all/forwarding', forwarding]]},
      {
        ip: [
          ...addresses,
          'route add default via fe80::9 dev v0 metric 10 onlink',
          'route add default via fe80::a dev v1 metric 20 onlink',
          'route add default via fe80::b dev p1 metric 30 onlink pref high',
          'route add 2600::/16 via fe80::9 dev v0 metric 10 onlink',
          'route add 2610::/16 via fe80::9 dev v0 metric 10 onlink',
          'route append 2610::/16 via fe80::a dev v1 metric 10 onlink',
          'neigh add fe80::9 dev v0 nud failed',
        ],
      },
    ],
    ['2a00::1', '2600::1', '2610::1', {dest: '2a00::1', oif: 'v0'}],
  )
}

function optimistic(more: readonly string[]): Configuration {
  return configuration(
    [
      ...useOptimistic,
      {
        ip: [
          'addr add 2001:db8:a::1/64 dev v0 optimistic',
          'neigh add 2001:db8:a::9 dev v0 nud failed',
          'neigh add 2001:db8:a::8 lladdr 02:00:00:00:00:09 dev v0 nud permanent',
          ...more,
        ],
      },
    ],
    ['2001:db8:a::9', '2001:db8:a::8', '2001:db8:a::7', '2600::1'],
  )
}
