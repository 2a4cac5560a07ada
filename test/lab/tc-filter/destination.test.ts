import {expect, it} from 'vitest'
import {classIdOf, classIdText} from '../../../src/facts/traffic-filters/filter.js'
import {type Destination, defaultOf, destinationOf} from '../../../src/models/traffic-shaping/classify.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Random, randomOf} from '../forks/random.js'
import {type NetworkNamespace, networkNamespace} from './namespace.js'

const CASES = 60
const MINORS = [1, 2, 0x10, 0x20, 0x99]

interface Situation {
  /** 1:1 is there, and has all others below it or beside it. */
  readonly classes: readonly {readonly id: number; readonly parent: number}[]
  readonly defaultMinor: number
  /** null: no filter. */
  readonly flowid: number | null
}

function situationOf(random: Random): Situation {
  const minors = MINORS.filter((minor) => minor === 1 || random.chance(0.5))
  const below = random.chance(0.5) ? 0x10001 : 0x10000
  const classes = minors.map((minor) => ({id: 0x10000 + minor, parent: minor === 1 ? 0x10000 : below}))
  const flowid = random.pick([null, ...MINORS.map((minor) => 0x10000 + minor), 0x10000, 0x20010, 0x10])
  return {classes, defaultMinor: random.pick([0, ...MINORS]), flowid}
}

/** Sends one packet; gives the class that counts it, or that htb let it pass by. */
async function packetIn(
  namespace: NetworkNamespace,
  {classes, defaultMinor, flowid}: Situation,
): Promise<Destination | null> {
  await namespace.run(['tc', 'qdisc', 'del', 'dev', 'v0', 'root'])
  const tc = (...words: readonly string[]) => `${words.join(' ')}\n`
  const batch = [
    tc('qdisc add dev v0 root handle 1: htb default', defaultMinor.toString(16)),
    ...classes.map(({id, parent}) =>
      tc('class add dev v0 parent', classIdText(parent), 'classid', classIdText(id), 'htb rate 10mbit'),
    ),
    ...(flowid === null
      ? []
      : [
          tc('filter add dev v0 parent 1: protocol ip prio 1 u32 match u32 0 0 flowid', classIdText(flowid)),
          // Were the first one passed over, this would take the packet.
          tc('filter add dev v0 parent 1: protocol ip prio 2 u32 match u32 0 0 flowid 1:1'),
        ]),
  ]
  await namespace.ask(['tc', '-batch', '-'], batch.join(''))
  // Nobody answers.
  await namespace.run(['ping', '-c1', '-W0.01', '10.9.9.2'])
  const qdisc = await namespace.ask(['tc', '-s', 'qdisc', 'show', 'dev', 'v0'])
  if (/direct_packets_stat [1-9]/.test(qdisc)) return {to: 'unshaped'}
  const text = await namespace.ask(['tc', '-s', 'class', 'show', 'dev', 'v0'])
  const counted = [...text.matchAll(/^class htb (\S+) .*\n Sent \d+ bytes ([1-9]\d*) pkt/gm)].map(([, id = '']) =>
    classIdOf(id),
  )
  const leaf = counted.find((id) => !classes.some(({parent}) => parent === id))
  return leaf === undefined || leaf === null ? null : {to: 'default', classId: leaf}
}

describeLab('the class that htb gives a packet', ['root', 'ip', 'tc', 'ping'], () => {
  it(`is the one that is foretold: ${CASES} random trees of classes`, async () => {
    const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
    const random = randomOf(seed)
    const namespace = await networkNamespace()
    const seen = new Set<string>()
    try {
      await namespace.ask(['ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'])
      await namespace.ask(['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1'])
      for (const dev of ['v0', 'v1']) await namespace.ask(['ip', 'link', 'set', dev, 'up'])
      await namespace.ask(['ip', 'address', 'add', '10.9.9.1/24', 'dev', 'v0'])
      await namespace.ask(['ip', 'neigh', 'add', '10.9.9.2', 'lladdr', '02:00:00:00:00:01', 'dev', 'v0'])
      for (let at = 0; at < CASES; at++) {
        const situation = situationOf(random)
        const {classes, defaultMinor, flowid} = situation
        const ids = new Set(classes.map(({id}) => id))
        const inner = new Set(classes.map(({parent}) => parent).filter((id) => ids.has(id)))
        const qdisc = {kind: 'htb', handle: 0x10000, defaultMinor, bands: null}
        const foretold = flowid === null ? defaultOf(qdisc, ids, inner) : destinationOf(qdisc, ids, inner, flowid)
        const context = `seed ${seed}, case ${at}: ${JSON.stringify(situation)}`
        const found = await packetIn(namespace, situation)
        seen.add(`${foretold?.to}`)
        // The class that a filter names takes the packet, if it is no inner one; X:0 is past all of them.
        if (foretold?.to !== 'class') expect(found, context).toEqual(foretold)
        else if (flowid === 0x10000) expect(found, context).toEqual({to: 'unshaped'})
        else if (flowid !== null && inner.has(flowid)) expect(found, context).toEqual(defaultOf(qdisc, ids, inner))
        else expect(found, context).toEqual({to: 'default', classId: flowid})
      }
      expect([...seen].sort()).toEqual(['class', 'default', 'unshaped'])
    } finally {
      await namespace.remove()
    }
  })
})
