import {expect, it} from 'vitest'
import {firewallMarksFact, type MarkChange} from '../../../src/facts/firewall-marks.js'
import {reachableMarks} from '../../../src/models/firewall-marks/reachable.js'
import type {FirewallRecord, FirewallTool} from '../../../src/sources/firewall-records.js'
import {derive, valueOfKnown} from '../../facts/derive.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Random, randomOf} from '../forks/random.js'
import {type NetworkNamespace, networkNamespace} from './namespace.js'

/*
 * Random rules that set marks, one after the other, in the way of each tool; then one packet. The mark that it ends
 * with is what the rules, as the tools print them back, say.
 */
const CASES = 60
const kinds = ['nft', 'iptables-nft', 'iptables-legacy'] as const
type Kind = (typeof kinds)[number]

const OBSERVER = `table inet observer {
  set seen { type mark; flags dynamic; size 100; }
  chain output { type filter hook output priority 100; icmp type echo-request add @seen { meta mark }
  }
}
`

const saveTools: Readonly<Record<Kind, FirewallTool>> = {
  nft: 'nft',
  'iptables-nft': 'iptables-nft-save',
  'iptables-legacy': 'iptables-legacy-save',
}

/** One rule in the words of a tool. */
function ruleOf(kind: Kind, random: Random): string {
  const value = random.between(0, 0xffff)
  const mask = random.between(0, 0xffff)
  const nft = [
    `meta mark set ${value}`,
    `meta mark set meta mark & ${mask}`,
    `meta mark set meta mark | ${value}`,
    `meta mark set meta mark ^ ${value}`,
    `meta mark set meta mark & ${mask} ^ ${value}`,
    `ct mark set ${value}`,
    'ct mark set meta mark',
    `ct mark set meta mark & ${mask}`,
    'meta mark set ct mark',
    `meta mark set ct mark & ${mask} | ${value}`,
    `meta mark set icmp type map { echo-request : ${value}, echo-reply : ${value} }`,
  ]
  const xt = [
    `MARK --set-mark ${value}`,
    `MARK --set-mark ${value}/${mask}`,
    `MARK --set-xmark ${value}/${mask}`,
    `MARK --and-mark ${mask}`,
    `MARK --or-mark ${value}`,
    `MARK --xor-mark ${value}`,
    `CONNMARK --set-mark ${value}`,
    `CONNMARK --set-xmark ${value}/${mask}`,
    'CONNMARK --save-mark',
    `CONNMARK --save-mark --nfmask ${mask} --ctmask ${value}`,
    'CONNMARK --restore-mark',
    `CONNMARK --restore-mark --nfmask ${mask} --ctmask ${value}`,
  ]
  const rules = kind === 'nft' ? nft : xt
  return random.pick(rules)
}

async function load(namespace: NetworkNamespace, kind: Kind, rules: readonly string[]): Promise<void> {
  const table = `table inet t {\n  chain output { type filter hook output priority mangle; ${rules.join('\n')}\n  }\n}\n`
  await namespace.ask(['nft', '-f', '-'], `flush ruleset\n${kind === 'nft' ? table : ''}${OBSERVER}`)
  const lines = rules.map((rule) => `-A OUTPUT -j ${rule}\n`).join('')
  await namespace.ask(['iptables-legacy-restore'], `*mangle\n${kind === 'iptables-legacy' ? lines : ''}COMMIT\n`)
  if (kind === 'iptables-nft') await namespace.ask(['iptables-nft-restore'], `*mangle\n${lines}COMMIT\n`)
}

/** What one tool prints, as the fact sees a host that has nothing else; null: it does not print all. */
async function changesOf(tool: FirewallTool, text: string): Promise<readonly MarkChange[] | null> {
  const nft = tool === 'nft'
  const records: FirewallRecord[] = [
    {t: 'subsystem', name: 'nf_tables', state: nft ? 'rules' : 'absent', by: 'lab'},
    {t: 'subsystem', name: 'ip_tables', state: nft ? 'absent' : 'rules', by: 'lab'},
    {t: 'subsystem', name: 'ip6_tables', state: 'absent', by: 'lab'},
    {t: 'rules', tool: nft ? tool : 'iptables-legacy-save', argv: [tool], text},
  ]
  const fact = await derive(firewallMarksFact, {
    'firewall-rules': records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  })
  const {changes, open, unread} = valueOfKnown(fact)
  expect(open).toEqual([])
  return unread.length === 0 ? changes : null
}

/** The marks that a packet may end with: a rule that can be read in two ways makes two of one. */
function run(changes: readonly MarkChange[]): Set<number> {
  let ends = [{packet: 0, connection: 0}]
  const rules = [...new Set(changes.map(({where}) => where))]
  for (const rule of rules) {
    ends = ends.flatMap((marks) =>
      changes
        .filter(({where}) => where === rule)
        .map(({target, source, keep, take, flip}) => ({
          ...marks,
          [target]: ((marks[target] & keep) ^ (source === null ? 0 : marks[source] & take) ^ flip) >>> 0,
        })),
    )
  }
  return new Set(ends.map(({packet}) => packet))
}

describeLab('marks that rules set', ['root', 'ip', 'nft', 'iptables-nft', 'iptables-legacy', 'ping'], () => {
  it(`are those that a packet gets: ${CASES} random rulesets`, async () => {
    const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
    const random = randomOf(seed)
    const namespace = await networkNamespace()
    let inWordsOfNft = 0
    let told = 0
    try {
      for (let at = 0; at < CASES; at++) {
        const kind = kinds[at % kinds.length] ?? 'nft'
        const rules = Array.from({length: random.between(1, 6)}, () => ruleOf(kind, random))
        const context = `seed ${seed}, ruleset ${at} (${kind}): ${rules.join('; ')}`
        await load(namespace, kind, rules)
        await namespace.ask(['ping', '-c1', '-W1', '127.0.0.1'])
        const seen = await namespace.ask(['nft', 'list', 'set', 'inet', 'observer', 'seen'])
        const marks = [...seen.matchAll(/0x[0-9a-f]{8}/g)].map(([mark]) => Number(mark))
        expect(marks, context).toHaveLength(1)

        const save = saveTools[kind]
        const printed = kind === 'nft' ? ['nft', '-a', 'list', 'table', 'inet', 't'] : [save]
        const changes = await changesOf(save, await namespace.ask(printed))
        if (changes === null) throw new Error(`${context}: not all is known`)
        expect([...run(changes)], context).toEqual(kind === 'nft' ? expect.arrayContaining(marks) : marks)
        const reachable = reachableMarks(changes)
        if (reachable) told += 1
        expect(reachable?.has(marks[0] ?? -1) ?? true, context).toBe(true)
        if (kind === 'iptables-nft') {
          // nft's own words for the same rules, where one may be meant either way.
          const words = await changesOf('nft', await namespace.ask(['nft', '-a', 'list', 'table', 'ip', 'mangle']))
          if (words === null) continue
          inWordsOfNft += 1
          expect([...run(words)], context).toEqual(expect.arrayContaining(marks))
        }
      }
      expect(told).toBeGreaterThan(CASES / 2)
      expect(inWordsOfNft).toBeGreaterThan(CASES / 12)
    } finally {
      await namespace.remove()
    }
  })
})
