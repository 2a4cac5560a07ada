import {rate, size, sizeAndCell, time, unsigned16, unsigned32} from './numbers.js'
import {matches, type Reader} from './reader.js'
import type {QdiscOptions} from './types.js'

/** What a queueing discipline's options say. The kinds that iproute2 takes no options of are left out. */
const NOTHING: QdiscOptions = {sent: false, defaultClass: null, bands: null}

/** parse_qopt of the kinds whose options are read word for word; those of others are taken for valid. */
export function qdiscOptions(kind: string, reader: Reader): QdiscOptions {
  switch (kind) {
    case 'htb':
      return htb(reader)
    case 'tbf':
      return tbf(reader)
    case 'pfifo':
    case 'bfifo':
    case 'pfifo_head_drop':
      return fifo(kind, reader)
    case 'ingress':
      while (!reader.done) {
        if (reader.keyword() !== 'handle') reader.fail(`What is "${reader.keyword()}"?`, 1)
        reader.next()
        reader.skip()
      }
      return NOTHING
    case 'clsact':
      if (!reader.done) reader.fail(`What is "${reader.keyword()}"?`, 1)
      return NOTHING
    case 'pfifo_fast':
    case 'noqueue':
    case 'mq':
    case 'blackhole':
      if (!reader.done) reader.fail(`Unknown qdisc "${kind}", hence option "${reader.keyword()}" is unparsable`, 1)
      return NOTHING
    default:
      return others(kind, reader)
  }
}

/** fq_codel, sfq, netem, prio, ...: only what admission needs. */
function others(kind: string, reader: Reader): QdiscOptions {
  const words = reader.rest()
  reader.skipAll()
  const at = words.indexOf('bands')
  const text = at < 0 ? undefined : words[at + 1]
  if (words.length > 0) reader.assumes.push(`options of ${kind}`)
  const given = typeof text === 'string' ? unsigned32(text, 0) : null
  return {sent: true, defaultClass: null, bands: at < 0 ? (kind === 'prio' ? 3 : null) : given}
}

function htb(reader: Reader): QdiscOptions {
  let defaultClass: number | null = 0
  const number = (name: string, base: 10 | 16): number | null => {
    reader.next()
    const text = reader.lesser()
    const value = text === null ? null : unsigned32(text, base)
    if (text !== null && value === null) reader.fail(`Illegal "${name}"`, 1)
    return value
  }
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword()
    if (matches(word, 'r2q')) number('r2q', 10)
    else if (matches(word, 'default')) defaultClass = number('default', 16)
    else if (matches(word, 'debug')) reader.next()
    else if (matches(word, 'direct_qlen')) number('direct_qlen', 10)
    else if (matches(word, 'offload')) reader.assumes.push('offload')
    else reader.fail(`What is "${word}"?`, 1)
  }
  return {sent: true, defaultClass, bands: null}
}

function fifo(kind: string, reader: Reader): QdiscOptions {
  let sent = false
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword()
    if (word !== 'limit') reader.fail(`${kind}: unknown parameter "${word}"`, 1)
    reader.next()
    const text = reader.lesser()
    if (text !== null && size(text) === null) reader.fail(`${kind}: Illegal value for "limit": "${text}"`, 1)
    sent = true
  }
  return {sent, defaultClass: null, bands: null}
}

function tbf(reader: Reader): QdiscOptions {
  const seen: Record<string, number | null> = {}
  const once = (name: string, message: string, read: (text: string) => number | null): void => {
    const parameter = reader.keyword()
    reader.next()
    if (seen[name] !== undefined && seen[name] !== 0) reader.fail(`tbf: duplicate "${message}" specification`, 1)
    const other = name === 'limit' ? 'latency' : name === 'latency' ? 'limit' : null
    if (other !== null && seen[other] !== undefined && seen[other] !== 0) {
      const said = name === 'limit' ? 'both "latency" and "limit" is' : 'both "limit" and "/latency" is'
      reader.fail(`tbf: specifying ${said} not allowed`, 1)
    }
    const text = reader.lesser()
    const value = text === null ? null : read(text)
    if (text !== null && value === null) {
      const named = ['burst', 'mtu'].includes(name) ? parameter : name
      reader.fail(`tbf: illegal value for "${named}": "${text}"`, 1)
    }
    seen[name] = value
  }
  const percent = (text: string): number | null => (text.includes('%') ? percentRate(text, reader) : rate(text))
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword()
    if (matches(word, 'limit')) once('limit', 'limit', size)
    else if (matches(word, 'latency')) once('latency', 'latency', time)
    else if (matches(word, 'burst') || word === 'buffer' || word === 'maxburst')
      once('burst', 'buffer/burst/maxburst', sizeAndCell)
    else if (word === 'mtu' || word === 'minburst') once('mtu', 'mtu/minburst', sizeAndCell)
    else if (word === 'mpu') once('mpu', 'mpu', size)
    else if (word === 'rate') once('rate', 'rate', percent)
    else if (matches(word, 'peakrate')) once('peakrate', 'peakrate', percent)
    else if (matches(word, 'overhead')) once('overhead', 'overhead', (text) => unsigned16(text, 10))
    else if (matches(word, 'linklayer')) once('linklayer', 'linklayer', linkLayer)
    else reader.fail(`tbf: unknown parameter "${word}"`, 1)
  }
  const lacking = [
    isZero(seen.rate) && 'tbf: the "rate" parameter is mandatory.',
    isZero(seen.burst) && 'tbf: the "burst" parameter is mandatory.',
    !isZero(seen.peakrate) && isZero(seen.mtu) && 'tbf: when "peakrate" is specified, "mtu" must also be specified.',
    isZero(seen.limit) && isZero(seen.latency) && 'tbf: either "limit" or "latency" is required.',
  ].filter((text) => text !== false)
  if (lacking.length > 0) reader.fail(lacking.join('\n'), 1)
  // tbf_change() refuses a peak rate that is not above the rate; told only where both are known.
  const {rate: low, peakrate: high} = seen
  if (!isZero(high))
    reader.assumes.push(typeof low === 'number' && typeof high === 'number' && high > low ? '' : 'peakrate')
  return {sent: true, defaultClass: null, bands: null}
}

/** null, a value that is not known, is taken for one that is valid. */
function isZero(value: number | null | undefined): boolean {
  return value === undefined || value === 0
}

/** get_linklayer() */
function linkLayer(text: string): number | null {
  return ['ethernet', 'atm', 'adsl'].includes(text) ? 1 : null
}

/** get_percent_rate64(): of the speed of the device, which is not known here. */
function percentRate(text: string, reader: Reader): number | null {
  reader.assumes.push(text)
  return 1
}

/** htb_parse_class_opt(). */
export function htbClassOptions(reader: Reader): void {
  const read = (name: string, of: (text: string) => number | null): number | null => {
    reader.next()
    const text = reader.lesser()
    const value = text === null ? null : of(text)
    if (text !== null && value === null) reader.fail(`Illegal "${name}"`, 1)
    return text === null ? 1 : value
  }
  const number = (text: string): number | null => unsigned32(text, 10)
  const short = (text: string): number | null => unsigned16(text, 10)
  const speed = (text: string): number | null => (text.includes('%') ? percentRate(text, reader) : rate(text))
  const seen = {rate: 0, ceil: 0}
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword()
    if (matches(word, 'prio')) read('prio', number)
    else if (matches(word, 'mtu')) read('mtu', number)
    else if (matches(word, 'mpu')) read('mpu', short)
    else if (matches(word, 'overhead')) read('overhead', short)
    else if (matches(word, 'linklayer')) read('linklayer', linkLayer)
    else if (matches(word, 'quantum')) read('quantum', number)
    else if (matches(word, 'burst') || word === 'buffer' || word === 'maxburst') read(word, sizeAndCell)
    else if (matches(word, 'cburst') || word === 'cbuffer' || word === 'cmaxburst') read(word, sizeAndCell)
    else if (word === 'ceil' || word === 'rate') {
      if (seen[word] !== 0) {
        reader.next()
        reader.fail(`Double "${word}" spec`, 1)
      }
      seen[word] = read(word, speed) ?? 0
    } else if (word === 'help') reader.fail('', 1)
    else reader.fail(`What is "${word}"?`, 1)
  }
  if (seen.rate === 0) reader.fail('"rate" is required.', 1)
}
