import type {Random} from '../../forks/random.js'
import {word} from './words.js'

/** Hands out programs so that each command of a unit has one of its own. */
export class Slots {
  #next: number
  #stay = 0

  constructor(first: number) {
    this.#next = first
  }

  take(does: 'c' | 's' | 'n'): string {
    if (does !== 'c') return `${does}${this.#stay++ % 10}`
    // The last one is somebody's shell.
    if (this.#next >= 98) throw new Error('more commands than programs')
    return `c${this.#next++}`
  }
}

const prefixes = [
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '-',
  '-',
  '@',
  '@',
  ':',
  ':',
  '-@',
  '@-',
  ':@',
  '-:',
  '+',
  '!',
  '!!',
  '-+',
  '@:-',
]
/** Of which some versions or all refuse the unit or the line. */
const wrong = ['--', '+!', '@@', '- ', '"', '-$']

/** `ExecStart=...`, now and then of several commands. */
export function execLine(random: Random, directive: string, slots: Slots, does: 'c' | 's' | 'n'): string {
  if (random.chance(0.02)) return `${directive}=`
  const commands = [command(random, slots, does)]
  if (does === 'c' && random.chance(0.08)) commands.push(command(random, slots, does))
  return `${directive}=${commands.join(' ; ')}${random.chance(0.02) ? ' ;' : ''}`
}

function command(random: Random, slots: Slots, does: 'c' | 's' | 'n'): string {
  const prefix = random.chance(0.008) ? random.pick(wrong) : random.pick(prefixes)
  const program = slots.take(does)
  const where = random.between(1, 40)
  // Programs that stay are not found by name on every version, and the start would fail.
  const path =
    where === 1
      ? `//nd/./${program}`
      : where === 2
        ? `"/nd/${program}"`
        : where === 3
          ? program
          : where === 4
            ? `/nd/\\x${program.charCodeAt(0).toString(16)}${program.slice(1)}`
            : `/nd/${program}`
  const words = Array.from({length: random.between(0, 5)}, () => word(random))
  if (prefix.includes('@')) {
    const odd = random.chance(0.2)
    words.unshift(odd ? word(random) : random.pick(['zero', 'a0', 'z$A', '--z']))
    // Of no argument at all some versions make what happens to lie in memory.
    if (odd) words.push('last')
  }
  if (random.chance(0.006)) words.push(random.pick(['"open', "'open", '%z', '%', '\\']))
  return [`${prefix}${path}`, ...words].join(random.chance(0.05) ? '  ' : ' ')
}

/** The same line with blanks and continuations elsewhere. */
export function layout(random: Random, line: string): string {
  let text = line
  if (random.chance(0.1))
    text = text.replace(/ (?=\S)/, () => random.pick([' \\\n  ', ' \\\n', ' \\\n# comment\n ', ' \\\n; comment \\\n ']))
  if (random.chance(0.08)) text = text.replace('=', () => random.pick([' = ', ' =', '=\t']))
  if (random.chance(0.05)) text = `${random.pick([' ', '\t'])}${text}`
  return random.chance(0.05) ? `${text}${random.pick([' ', '\t', ' \t '])}` : text
}
