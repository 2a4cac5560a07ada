import {admit} from '../../../src/models/traffic-control/admit.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import {type Random, randomOf} from '../forks/random.js'
import {aim} from './aim.js'
import {begin, hasUncertainNumbers} from './kernel.js'
import {chains, classes, type Maker, odd, opening, qdiscs} from './make.js'
import {automatic, deepClasses, filter, tables} from './make-filters.js'
import {type Argv, DEVICES} from './watched.js'

/** A sequence of commands of tc, the same for the same seed and index. Most are valid; some are not. */
export function generate(seed: number, index: number): readonly Argv[] {
  const random = randomOf(seed * 1_000_003 + index)
  const length = random.between(8, 26)
  const focus = random.pick(FOCUSES)
  const made: Argv[] = []
  let state = begin()
  const openings = random.chance(0.9) ? [...start(random)] : []
  while (made.length < length) {
    const argv = spell(random, openings.shift() ?? aim(random, focus(random), state))
    const parsed = parseTc(argv)
    const {admission, state: next} = admit(state, parsed)
    // A kernel that is asked for this never answers.
    if (admission.reason?.id === 'chain-being-flushed') continue
    state = next
    made.push(argv)
    // Nothing after it is compared, and what would hang is not known any more.
    if (admission.verdict === 'undecided' || hasUncertainNumbers(state)) break
  }
  return made
}

/** What most scripts begin with. */
function* start(random: Random): Generator<string[]> {
  const dev = random.pick(['v0', 'v0', 'v0', 'v1'])
  if (random.chance(0.85)) {
    yield ['qdisc', 'add', 'dev', dev, 'root', 'handle', '1:', 'htb', 'default', '10']
    if (random.chance(0.8)) yield ['class', 'add', 'dev', dev, 'parent', '1:', 'classid', '1:1', 'htb', 'rate', '1mbit']
    if (random.chance(0.8))
      yield ['class', 'add', 'dev', dev, 'parent', '1:1', 'classid', '1:10', 'htb', 'rate', '1mbit']
    if (random.chance(0.3)) yield ['qdisc', 'add', 'dev', dev, 'parent', '1:10', 'handle', '2:', 'htb']
  }
  for (const name of DEVICES) {
    if (random.chance(0.3)) continue
    const side = random.pick(['ingress', 'ingress', 'clsact'])
    const shared = random.chance(0.25)
    yield [
      'qdisc',
      'add',
      'dev',
      name,
      ...(shared ? ['ingress_block', '7'] : []),
      ...(side === 'clsact' && random.chance(0.2) ? ['egress_block', '8'] : []),
      side,
    ]
  }
}

const mix =
  (weights: readonly (readonly [Maker, number])[]): Maker =>
  (random) => {
    const makers = weights.flatMap(([maker, weight]) => Array.from({length: weight}, () => maker))
    return random.pick(makers)(random)
  }

const FOCUSES: readonly Maker[] = [
  mix([
    [filter, 8],
    [odd, 1],
    [opening, 1],
  ]),
  mix([
    [filter, 8],
    [odd, 1],
    [opening, 1],
  ]),
  mix([
    [filter, 5],
    [classes, 4],
    [qdiscs, 1],
    [opening, 1],
  ]),
  mix([
    [classes, 6],
    [qdiscs, 3],
    [filter, 2],
    [opening, 1],
  ]),
  mix([
    [qdiscs, 7],
    [filter, 2],
    [classes, 2],
    [opening, 1],
  ]),
  mix([
    [automatic, 8],
    [opening, 1],
  ]),
  mix([
    [filter, 6],
    [chains, 2],
    [opening, 2],
  ]),
  mix([
    [tables, 5],
    [filter, 4],
  ]),
  mix([
    [deepClasses, 8],
    [filter, 1],
    [classes, 2],
  ]),
]

const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  filter: ['f', 'fil'],
  qdisc: ['q'],
  class: ['c', 'cl'],
  add: ['a'],
  delete: ['del', 'd'],
  replace: ['repl', 'r'],
  change: ['ch', 'c'],
  prio: ['pref', 'p', 'priority', 'pri'],
  protocol: ['proto', 'pro'],
  match: ['m'],
  bytecode: ['bc', 'b'],
}

/** Abbreviates, as people do. */
function spell(random: Random, argv: readonly string[]): Argv {
  if (!random.chance(0.3)) return argv
  return argv.map((word, at) => {
    const others = SPELLINGS[word]
    // `match ip protocol` knows no short forms, and `chain` begins like `change` and `class`.
    if (others === undefined || argv[at - 1] === 'ip' || (argv[0] === 'chain' && at < 2)) return word
    return random.chance(0.5) ? random.pick(others) : word
  })
}
