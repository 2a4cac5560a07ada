import {afterAll, beforeAll, expect, test} from 'vitest'
import {FactResolver} from '../../../src/engine/fact-resolver.js'
import type {Fact} from '../../../src/facts/define.js'
import {type LiveTc, liveTcFact} from '../../../src/facts/live-tc.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type LabNamespace, makeNamespace} from './namespace.js'

/** Every sort of place that can have filters. */
const commands = [
  'qdisc add dev htb0 root handle 1: htb default 20',
  'class add dev htb0 parent 1: classid 1:1 htb rate 10mbit',
  'class add dev htb0 parent 1:1 classid 1:10 htb rate 1mbit',
  'class add dev htb0 parent 1:1 classid 1:20 htb rate 1mbit',
  'qdisc add dev htb0 parent 1:20 handle 20: tbf rate 1mbit burst 10k latency 10ms',
  'filter add dev htb0 parent 1: protocol ip prio 5 u32 match ip dport 80 0xffff flowid 1:10',
  'filter add dev htb0 parent 1: protocol ipv6 prio 6 u32 match ip6 dport 80 0xffff flowid 1:10',
  'filter add dev htb0 parent 1:1 protocol all prio 7 u32 match u32 0 0 flowid 1:20',
  'qdisc add dev c@t#1 clsact',
  "filter add dev c@t#1 egress protocol ip prio 1 bpf bytecode '1,6 0 0 0,' flowid 1:1",
  'filter add dev c@t#1 ingress chain 3 protocol ip prio 2 u32 match u32 0 0 action mirred egress redirect dev htb0',
  'qdisc add dev lo ingress_block 7 ingress',
  'filter add block 7 protocol ip prio 3 u32 match u32 0 0',
  'chain add dev htb0 parent 1: chain 9',
]

describeLab('traffic control of a namespace', ['root', 'ip', 'tc', 'nsenter'], () => {
  let namespace: LabNamespace
  beforeAll(async () => {
    namespace = await makeNamespace()
    await namespace.run(['ip', 'link', 'add', 'htb0', 'type', 'veth', 'peer', 'name', 'c@t#1'])
    for (const line of commands) {
      const words = line.match(/'[^']*'|\S+/g) ?? []
      await namespace.run(['tc', ...words.map((word) => word.replaceAll("'", ''))])
    }
  })
  afterAll(() => namespace?.remove())

  test('is read from all places that have some', async () => {
    const fact = (await new FactResolver(createLiveSource({timeoutMs: 20_000})).get(liveTcFact)) as Fact<
      readonly LiveTc[]
    >
    if (!fact.known) throw new Error(JSON.stringify(fact.missing))
    const [own] = fact.value
    expect(own?.own).toBe(true)
    const state = fact.value.find(({names}) => names.includes(namespace.name))
    expect(state?.gaps).toEqual([])
    expect(state?.qdiscs?.map(({dev, kind, handle, ingressBlock}) => [dev, kind, handle, ingressBlock])).toEqual([
      ['lo', 'noqueue', '0:', null],
      ['lo', 'ingress', 'ffff:', 7],
      ['c@t#1', 'clsact', 'ffff:', null],
      ['htb0', 'htb', '1:', null],
      ['htb0', 'tbf', '20:', null],
    ])
    expect(state?.classes.map(({id, parent, leaf}) => [id, parent, leaf]).toSorted()).toEqual([
      ['1:1', null, null],
      ['1:10', '1:1', null],
      ['1:20', '1:1', '20:'],
      ['20:1', '20:', null],
    ])
    const filters = state?.filters.flatMap(({place, rows}) =>
      rows
        .filter(({options}) => options === undefined)
        .map(({protocol, pref, kind, chain}) => [place.join(' '), protocol, pref, kind, chain]),
    )
    expect(filters?.toSorted()).toEqual(
      [
        ['dev htb0 parent 1:', 'ip', 5, 'u32', 0],
        ['dev htb0 parent 1:', 'ipv6', 6, 'u32', 0],
        ['dev htb0 parent 1:1', 'all', 7, 'u32', 0],
        ['dev c@t#1 egress', 'ip', 1, 'bpf', 0],
        ['dev c@t#1 ingress', 'ip', 2, 'u32', 3],
        ['block 7', 'ip', 3, 'u32', 0],
      ].toSorted(),
    )
    const chains = state?.chains.flatMap(({place, rows}) => rows.map(({chain}) => `${place.join(' ')}: ${chain}`))
    expect(chains).toEqual(expect.arrayContaining(['dev htb0 parent 1:: 9', 'dev c@t#1 ingress: 3', 'block 7: 0']))
  })
})
