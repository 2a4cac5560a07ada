import {expect, it} from 'vitest'
import {tcScriptsFact} from '../../src/facts/tc-scripts.js'
import {missing} from '../../src/model/missing.js'
import type {TreeEntry} from '../../src/sources/collected.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

const units = {
  'systemd-units': tree({
    '/etc/systemd/system/shape.service': `[Service]
Type=oneshot
ExecStart=/sbin/tc qdisc add dev eth0 root handle 1: htb
ExecStart=/bin/sh -c 'for p in ip ipv6; do tc filter add dev eth0 protocol $p prio 1 u32 match u32 0 0; done'
ExecStop=/sbin/tc qdisc del dev eth0 root
`,
  }),
}

it('finds scripts in all places, and reads what they read', async () => {
  const fact = await derive(tcScriptsFact, {
    ...units,
    'network-scripts': tree({
      '/etc/network/if-up.d/shape': '#!/bin/sh\n. /etc/default/shape\ntc qdisc add dev $DEV root htb\n',
      '/etc/NetworkManager/dispatcher.d/90-x': '#!/bin/bash\n[ "$2" = up ] && tc qdisc show\n',
      '/usr/local/bin/other': '#!/bin/sh\necho nothing\n',
      '/usr/local/bin/snake': '#!/usr/bin/python3\nrun("tc qdisc")\n',
    }),
    'service-defaults': tree({'/etc/default/shape': 'DEV=eth7\n'}),
    'network-interfaces': tree({
      '/etc/network/interfaces': `auto eth0
iface eth0 inet dhcp
    up tc qdisc add dev $IFACE root handle 1: htb
    post-up tc filter add dev $IFACE parent 1: \\
        protocol ip prio 1 u32 match u32 0 0
    down tc qdisc del dev $IFACE root
iface eth1 inet dhcp
    up ip link show
`,
    }),
    'asked-scripts':
      '{"path":"mine.sh","text":"tc qdisc show"}\n{"path":"gone.sh","missing":{"reason":"absent","detail":"gone.sh: ENOENT"}}\n',
  })
  const {scripts} = valueOfKnown(fact)
  const shown = scripts.map(({path, startedBy, by, commands}) => ({
    path,
    startedBy,
    by,
    commands: commands.map(
      ({line, words}) => `${line} ${words.map(({word}) => (typeof word === 'string' ? word : word.unknown)).join(' ')}`,
    ),
  }))
  expect(shown).toEqual([
    {path: 'mine.sh', startedBy: 'named', by: null, commands: ['1 qdisc show']},
    {path: '/etc/network/if-up.d/shape', startedBy: 'ifupdown', by: null, commands: ['3 qdisc add dev eth7 root htb']},
    {path: '/etc/NetworkManager/dispatcher.d/90-x', startedBy: 'NetworkManager', by: null, commands: ['2 qdisc show']},
    {
      path: '/etc/network/interfaces',
      startedBy: 'ifupdown',
      by: 'eth0',
      commands: [
        '3 qdisc add dev eth0 root handle 1: htb',
        '4 filter add dev eth0 parent 1: protocol ip prio 1 u32 match u32 0 0',
      ],
    },
    {
      path: 'shape.service',
      startedBy: 'unit',
      by: 'shape.service',
      commands: [
        '3 qdisc add dev eth0 root handle 1: htb',
        '4 filter add dev eth0 protocol ip prio 1 u32 match u32 0 0',
        '4 filter add dev eth0 protocol ipv6 prio 1 u32 match u32 0 0',
      ],
    },
  ])
  expect(scripts.at(-1)?.commands[0]?.path).toBe('/etc/systemd/system/shape.service')
  expect(gapsOf(fact)).toContain('asked-scripts: invalid')
})

it('says what could not be read', async () => {
  const unread: TreeEntry = {
    type: 'unread',
    path: '/etc/network/if-up.d/x',
    missing: missing('network-scripts', 'denied', '/etc/network/if-up.d/x: EACCES'),
  }
  const folder: TreeEntry = {
    type: 'unread',
    path: '/usr/local/bin/d',
    missing: missing('network-scripts', 'invalid', '/usr/local/bin/d is a directory, not a regular file'),
  }
  const fact = await derive(tcScriptsFact, {
    ...units,
    'network-scripts': {status: 'tree', origin: 'test', entries: [unread, folder]},
    'network-interfaces': missing('network-interfaces', 'timeout', 'no answer'),
  })
  expect(gapsOf(fact)).toEqual(['network-scripts: denied', 'network-interfaces: timeout'])
})

it('has nothing where nothing mentions tc', async () => {
  const fact = await derive(tcScriptsFact, {'network-scripts': tree({'/etc/rc.local': '#!/bin/sh\nexit 0\n'})})
  expect(valueOfKnown(fact).scripts).toEqual([])
})
