import type {TcState} from '../../../src/models/traffic-control/state.js'
import {blocksOf} from '../../../src/models/traffic-control/table.js'
import type {Tp} from '../../../src/models/traffic-control/tables.js'
import type {Random} from '../forks/random.js'
import {DEVICES} from './watched.js'

/** Takes words of a filter from what is there, so that more of them meet something. */
export function aim(random: Random, argv: string[], {machine}: TcState): string[] {
  if (argv[0] !== 'filter' || !random.chance(0.7)) return argv
  const places = DEVICES.flatMap((name) =>
    [...blocksOf(machine.device(name))].map(({parent, block}) => ({
      block,
      words: block.index === 0 ? ['dev', name, 'parent', parentText(parent)] : ['block', String(block.index)],
    })),
  )
  if (places.length === 0) return argv
  const {block, words} = random.pick(places)
  const tp = [...block.chains.values()].flatMap((chain) => [...chain.tps.values()])
  const near = tp.length > 0 && random.chance(0.7) ? random.pick(tp) : null
  const aimed: string[] = []
  let kind = false
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (kind || at < 2) {
      aimed.push(word)
      if (at === 1) aimed.push(...words)
      continue
    }
    if (word === 'ingress' || word === 'egress' || word === 'root') continue
    const value = argv[at + 1] ?? ''
    if (word === 'dev' || word === 'parent' || word === 'block') at += 1
    else if (['prio', 'protocol', 'chain', 'handle'].includes(word)) {
      at += 1
      aimed.push(word, near === null || random.chance(0.2) ? value : (nearWord(random, word, near) ?? value))
    } else {
      kind = true
      aimed.push(word)
    }
  }
  return aimed
}

function nearWord(random: Random, word: string, near: Tp): string | null {
  if (word === 'prio') return String(near.prio)
  if (word === 'protocol') return random.chance(0.7) ? String(near.protocol) : null
  if (word === 'chain') return String(near.chain.index)
  const handles = [...(near.root === null ? near.filters : near.root.knodes).keys()]
  if (handles.length === 0) return null
  const handle = random.pick(handles)
  return near.root === null ? String(handle) : `0x${handle.toString(16)}`
}

function parentText(parent: number): string {
  return `${Math.floor(parent / 0x10000).toString(16)}:${(parent % 0x10000).toString(16)}`
}
