import {describe, expect, it} from 'vitest'
import {parseBatch} from '../../../src/models/traffic-control/batch-line.js'
import {classId, u32Handle, unsigned32} from '../../../src/models/traffic-control/numbers.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import {protocolNumber} from '../../../src/models/traffic-control/protocol-names.js'
import {words} from './support.js'

const parse = (line: string) => parseTc(words(line))

describe('words', () => {
  it('are abbreviated in the order of iproute2', () => {
    const long = parse('filter add dev eth0 parent 1: prio 3 protocol ip u32 match u32 0 0 flowid 1:10')
    expect(long).toMatchObject({
      type: 'filter',
      verb: 'add',
      prio: 3,
      protocol: 0x800,
      place: {on: 'dev', dev: 'eth0', parent: 0x10000},
    })
    expect(parse('f a dev eth0 parent 1: p 3 pro ip u32 m u32 0 0 flowid 1:10')).toEqual(long)
    expect(parse('-s -force fil add dev eth0 parent 1:0 pref 0x3 proto IPv4 u32 match u32 0 0 classid 0x1:10')).toEqual(
      long,
    )
  })

  it('name default protocols by verb', () => {
    expect(parse('filter replace dev eth0 prio 1')).toMatchObject({protocol: 3})
    expect(parse('filter change dev eth0 prio 1')).toMatchObject({protocol: 0})
    expect(parse('filter del dev eth0 prio 1')).toMatchObject({protocol: 0})
  })

  it('before the object are options', () => {
    expect(parse('-n blue qdisc add dev eth0 root htb')).toMatchObject({type: 'qdisc', netns: 'blue'})
    expect(parse('-force -b rules')).toMatchObject({type: 'batch', file: 'rules', force: true})
    expect(parse('-nonsense')).toMatchObject({type: 'usage-error', exit: 255})
  })

  it.each([
    ['filter add dev eth0 prio 70000', 'Error: argument "70000" is wrong: invalid priority value', 255, true],
    ['filter add dev eth0 protocol vlan', 'Error: argument "vlan" is wrong: invalid protocol', 255, true],
    ['filter add dev eth0 handle 1', 'Must specify filter type when using "handle"', 255, false],
    ['filter add dev eth0 prio 1 u32 match ip dport 80', 'Illegal "match"', 1, false],
    ['filter add dev', 'Command line is not complete. Try option "help"', 255, true],
    ['class add dev eth0 classid 1:1 htb ceil 1mbit', '"rate" is required.', 1, false],
    ['qdisc add dev eth0 root ingress', 'Error: "ingress" is a duplicate parent ID', 255, false],
    ['nonsense', 'Object "nonsense" is unknown, try "tc help".', 255, false],
  ])('are refused: %s', (line, text, exit, endsBatch) => {
    expect(parse(line)).toEqual({type: 'usage-error', text, exit, endsBatch})
  })

  it.each(['{ "unknown" in value }', '__proto__', 'constructor', 'toString'])(
    'that mean something elsewhere are kinds: %s',
    (word) => {
      expect(parseTc(['filter', 'add', 'dev', 'eth0', 'prio', '1', word])).toMatchObject({kind: word.slice(0, 15)})
      expect(() => parseTc(['filter', 'add', 'dev', 'eth0', 'u32', 'match', 'ip', word, '1', '1'])).not.toThrow()
    },
  )

  it('that are not known say what they stand for', () => {
    const line = (role: string) =>
      parseTc(words(`filter add dev eth0 ${role}`).map((word) => (word === '?' ? {unknown: '$X'} : word)))
    expect(line('prio ? protocol ip')).toEqual({
      type: 'undecided',
      word: '$X',
      role: 'prio',
      object: 'filter',
      verb: 'add',
      dev: 'eth0',
    })
    expect(line('? prio 1')).toMatchObject({type: 'undecided', role: 'keyword', dev: 'eth0'})
    expect(parseTc([{unknown: '$X'}])).toMatchObject({type: 'undecided', object: null, dev: null})
    expect(parseTc([...words('qdisc add dev'), {unknown: '$X'}, 'root', 'htb'])).toMatchObject({
      role: 'dev',
      dev: null,
      object: 'qdisc',
    })
  })
})

describe('numbers', () => {
  it.each([
    ['1:', 0x10000],
    ['1:0', 0x10000],
    ['10000', 0x10000],
    ['0x1:10', 0x10010],
    [':10', 0x10],
    ['root', 0xffffffff],
    ['none', 0],
    ['1:x', null],
    ['10000:', null],
    ['', null],
  ])('of classes: %s', (text, number) => {
    expect(classId(text)).toBe(number)
  })

  it.each([
    ['800::800', 0x80000800],
    ['1:', 0x100000],
    ['2:3:', 0x203000],
    [':1', 0x1000],
    ['::1', 1],
    ['0x80000800', 0x80000800],
    ['800', null],
    ['1000:', null],
    ['1:100:', null],
  ])('of u32: %s', (text, number) => {
    expect(u32Handle(text)).toBe(number)
  })

  it.each([
    ['0x10', 0, 16],
    ['010', 0, 8],
    ['08', 0, null],
    ['-1', 0, null],
    ['4294967295', 0, 4294967295],
    ['4294967296', 0, null],
    ['', 0, null],
    ['9'.repeat(5000), 0, null],
  ] as const)('in base %s', (text, base, number) => {
    expect(unsigned32(text, base)).toBe(number)
  })

  it.each([
    ['ip', 0x800],
    ['IPV6', 0x86dd],
    ['802.1q', 0x8100],
    ['0x86dd', 0x86dd],
    ['6', 6],
    ['ip6', null],
    ['any', null],
    ['8021q', null],
  ])('of protocols: %s', (text, number) => {
    expect(protocolNumber(text)).toBe(number)
  })
})

describe('batch files', () => {
  const read = (text: string) => [...parseBatch(text)].map(({line, words: found}) => [line, found])

  it('are cut into words as iproute2 cuts them', () => {
    expect(read('# first\n\nqdisc show  # all\nfilter add \\\n dev eth0\n')).toEqual([
      [3, ['qdisc', 'show']],
      [5, ['filter', 'add', 'dev', 'eth0']],
    ])
    expect(read(`filter add 'a b' "c"d`)).toEqual([[1, ['filter', 'add', 'a b', 'c', 'd']]])
    expect(read('qdisc show "open')).toEqual([[1, null]])
    expect(read('qdisc show \\')).toEqual([[1, ['qdisc', 'show', '\\']]])
    expect(read('qdisc show \\\n')).toEqual([])
  })

  it('of any size', () => {
    expect(read('qdisc show\n'.repeat(20_000))).toHaveLength(20_000)
    expect(read('qdisc \\\n'.repeat(20_000))).toHaveLength(0)
  })
})
