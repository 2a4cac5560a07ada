import {parseChain, parseFilter} from './parse-filter.js'
import {parseClass, parseQdisc} from './parse-qdisc.js'
import {matches, Reader, Stop} from './reader.js'
import type {ParsedTc, TcCommand, TcVerb} from './types.js'
import type {TcWord} from './word.js'

/** What stands before the object and holds for the whole command. */
interface Globals {
  netns: TcWord | null
  force: boolean
  batch: TcWord | null
}

type Bare = TcCommand extends infer T ? (T extends TcCommand ? Omit<T, 'netns' | 'assumes'> : never) : never

/**
 * What tc makes of its arguments, without the word `tc`. Read as iproute2 6.1 does; where versions differ, the
 * difference concerns words that are taken for valid.
 *
 * Source: main() and do_cmd() of tc/tc.c.
 */
export function parseTc(argv: readonly TcWord[]): ParsedTc {
  return parse(argv, true)
}

/** A line of a file for `tc -batch`: no options before the object. */
export function parseBatchWords(words: readonly string[]): ParsedTc {
  return parse(words, false)
}

function parse(argv: readonly TcWord[], withOptions: boolean): ParsedTc {
  const reader = new Reader(argv)
  const globals: Globals = {netns: null, force: false, batch: null}
  try {
    const bare = (withOptions ? readOptions(reader, globals) : null) ?? readCommand(reader, globals)
    reader.settle()
    return {...bare, netns: globals.netns, assumes: [...new Set(reader.assumes.filter((word) => word !== ''))]}
  } catch (error) {
    if (error instanceof Stop) return error.result
    throw error
  }
}

const FLAGS = ['-stats', '-statistics', '-details', '-raw', '-pretty', '-graph']
const LATER_FLAGS = ['-Numeric', '-names', '-nm']
const LAST_FLAGS = ['-timestamp', '-tshort', '-json', '-oneline', '-brief']

/** null: a command follows. */
function readOptions(reader: Reader, globals: Globals): Bare | null {
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword('object')
    if (!word.startsWith('-')) break
    const is = (name: string): boolean => matches(word, name)
    if (FLAGS.some(is)) continue
    if (is('-Version')) return {type: 'other', what: 'version'}
    if (is('-iec')) continue
    if (is('-help')) return {type: 'other', what: 'help'}
    if (is('-force')) globals.force = true
    else if (is('-batch')) {
      reader.skip()
      // usage() since 6.1; an argument that is missing since 6.7.
      if (reader.done) reader.exit('Command line is not complete. Try option "help"')
      globals.batch = reader.peek ?? null
    } else if (is('-netns')) {
      reader.next()
      globals.netns = reader.peek ?? null
    } else if (LATER_FLAGS.some(is)) continue
    else if (is('-cf') || is('-conf')) reader.next()
    else if (isColor(word)) continue
    else if (LAST_FLAGS.some(is) || word === '-echo') continue
    else reader.fail(`Option "${word}" is unknown, try "tc -help".`)
  }
  if (globals.batch !== null) return {type: 'batch', file: globals.batch, force: globals.force}
  return reader.done ? {type: 'other', what: 'help'} : null
}

/** matches_color() of lib/color.c. */
function isColor(word: string): boolean {
  const [name = '', value] = word.split('=', 2)
  if (!matches(name, '-color')) return false
  return value === undefined || ['always', 'auto', 'never'].includes(value)
}

function readCommand(reader: Reader, _globals: Globals): Bare {
  const word = reader.keyword('object')
  const is = (name: string): boolean => matches(word, name)
  if (is('qdisc')) return readObject('qdisc', reader)
  if (is('class')) return readObject('class', reader)
  if (is('filter')) return readObject('filter', reader)
  if (is('chain')) return readObject('chain', reader)
  for (const what of ['actions', 'monitor', 'exec', 'help']) if (is(what)) return {type: 'other', what}
  return reader.fail(`Object "${word}" is unknown, try "tc help".`)
}

type Object = 'qdisc' | 'class' | 'filter' | 'chain'

/** In iproute2's order, which prefixes depend on. */
const VERBS: Readonly<Record<Object, readonly (TcVerb | 'get')[]>> = {
  qdisc: ['add', 'change', 'replace', 'link', 'delete'],
  class: ['add', 'change', 'replace', 'delete'],
  filter: ['add', 'change', 'replace', 'delete', 'get'],
  chain: ['add', 'delete', 'get'],
}

function readObject(object: Object, reader: Reader): Bare {
  reader.known.object = object
  reader.skip()
  if (reader.done) return {type: 'other', what: 'show'}
  const word = reader.keyword('verb')
  const verb = VERBS[object].find((name) => matches(word, name))
  if (verb === undefined) {
    if (['list', 'show', 'lst'].some((name) => matches(word, name))) return {type: 'other', what: 'show'}
    if (matches(word, 'help')) {
      // usage() of tc/tc_qdisc.c and tc/tc_class.c is followed by `return 0` like those of filters.
      return {type: 'other', what: 'help'}
    }
    return reader.fail(`Command "${word}" is unknown, try "tc ${object} help".`)
  }
  reader.skip()
  if (verb === 'get') return {type: 'other', what: 'get'}
  reader.known.verb = verb
  const read = readVerb(object, verb, reader)
  return read === 'help' ? {type: 'other', what: 'help'} : read
}

function readVerb(object: Object, verb: TcVerb, reader: Reader): Bare | 'help' {
  if (object === 'qdisc') return parseQdisc(verb, reader)
  if (verb === 'link') throw new Error('only qdiscs are linked')
  if (object === 'class') return parseClass(verb, reader)
  if (object === 'filter') return parseFilter(verb, reader)
  if (verb !== 'add' && verb !== 'delete') throw new Error('chains are added and deleted')
  return parseChain(verb, reader)
}
