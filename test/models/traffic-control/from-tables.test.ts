import {expect, it} from 'vitest'
import type {FilterTableRow} from '../../../src/models/traffic-control/from-filters.js'
import {stateFromTables} from '../../../src/models/traffic-control/from-tables.js'
import {run} from './support.js'

const place = {on: 'dev', dev: 'eth0', parent: 0x10000} as const
const row = (over: Partial<FilterTableRow>): FilterTableRow => ({
  place,
  chain: 0,
  prio: 1,
  protocol: 'ip',
  kind: 'u32',
  handle: null,
  classId: null,
  divisor: null,
  link: null,
  ...over,
})

const tables = {
  qdiscs: [
    {dev: 'eth0', kind: 'htb', handle: '1:', root: true, parent: null, ingressBlock: null, egressBlock: null},
    {
      dev: 'eth0',
      kind: 'ingress',
      handle: 'ffff:',
      root: false,
      parent: 'ffff:fff1',
      ingressBlock: 7,
      egressBlock: null,
    },
    {dev: 'eth1', kind: 'noqueue', handle: '0:', root: true, parent: null, ingressBlock: null, egressBlock: null},
  ],
  classes: [
    {dev: 'eth0', kind: 'htb', id: '1:1', parent: null},
    {dev: 'eth0', kind: 'htb', id: '1:10', parent: '1:1'},
  ],
  filters: [
    row({}),
    row({handle: '800:', divisor: 1}),
    row({handle: '800::800', classId: '1:10'}),
    row({place: {on: 'block', index: 7, parent: 0}, prio: 49152, protocol: 'all', kind: 'bpf', handle: '0x1'}),
  ],
}

it('goes on from a running system', () => {
  const {answers} = run(
    [
      'filter add dev eth0 prio 1 protocol ipv6 u32 match u32 0 0',
      'filter add dev eth0 prio 1 protocol ip handle 800::800 u32 match u32 0 0',
      'filter add dev eth0 prio 2 protocol ipv6 u32 match u32 0 0',
      'class del dev eth0 classid 1:10',
      'class del dev eth0 classid 1:1',
      'filter add dev eth0 ingress prio 1 u32 match u32 0 0',
      'filter add block 7 prio 49152 protocol ip u32 match u32 0 0',
      'filter del dev eth0',
      'class del dev eth0 classid 1:10',
      'filter add dev eth1 prio 1 u32 match u32 0 0',
      'qdisc add dev eth0 root handle 1: htb',
    ],
    stateFromTables(tables),
  )
  expect(answers).toEqual([
    'protocol-mismatch',
    'filter-exists',
    'accepted',
    'class-in-use',
    'class-in-use',
    'block-is-shared',
    'protocol-mismatch',
    'accepted',
    'accepted',
    'not-classful',
    'qdisc-exists',
  ])
})

it('says nothing of filters that were not read', () => {
  const {answers} = run(
    ['filter add dev eth0 prio 1 protocol ip u32 match u32 0 0', 'class add dev eth0 classid 1:10 htb rate 1mbit'],
    stateFromTables({...tables, filters: null}),
  )
  expect(answers).toEqual(['not-known', 'class-exists'])
})
