import {expect, it} from 'vitest'
import {defaultTables, gaiConfFact, type PrefixEntry, parseGaiConf} from '../../src/facts/gai-conf.js'
import {missing} from '../../src/model/missing.js'
import {growthOf, LINEAR} from '../support/growth.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

const MAPPED = 0xffff_0000_0000n

/** The tables of a file that all versions read alike. */
function tablesOf(text: string) {
  const {readings} = parseGaiConf(text)
  const [tables] = readings
  if (!tables || readings.length > 1) throw new Error(`${readings.length} readings`)
  return tables
}

function precedencesOf(text: string): readonly PrefixEntry[] {
  return tablesOf(text).precedences
}

it.each(['', '\n\n', '# label ::1/128 0\n', 'reload no\n', 'label nonsense\n'])(
  'keeps the defaults with %j',
  (text) => {
    expect(tablesOf(text)).toEqual(defaultTables)
  },
)

it('replaces the table of a kind, longest prefix first, with an entry for all others', () => {
  const tables = tablesOf('precedence 2001:db8::/32 5\nprecedence ::1/128 50\nscopev4 10.0.0.0/8 5\n')
  expect(tables.precedences).toEqual([
    {prefix: 1n, length: 128, value: 50},
    {prefix: 0x2001_0db8n << 96n, length: 32, value: 5},
    {prefix: 0n, length: 0, value: 40},
  ])
  expect(tables.labels).toBe(defaultTables.labels)
  expect(tables.scopes).toEqual([
    {prefix: MAPPED | 0x0a00_0000n, length: 104, value: 5},
    {prefix: MAPPED, length: 96, value: 14},
  ])
})

it('adds no entry for all others to a table that has one, and keeps equal prefixes in the order of the file', () => {
  expect(precedencesOf('precedence ::/0 1\nprecedence 2000::/3 2\nprecedence 2000::/3 3\n')).toEqual([
    {prefix: 1n << 125n, length: 3, value: 2},
    {prefix: 1n << 125n, length: 3, value: 3},
    {prefix: 0n, length: 0, value: 1},
  ])
  expect(tablesOf('label 2000::/3 2\n').labels.at(-1)).toEqual({prefix: 0n, length: 0, value: 1})
})

it.each([
  'precedence ::ffff:0:0/96 100',
  '\t precedence\v::ffff:0:0/96  100\r',
  'precedence ::ffff:0:0/96 100 200 300',
  'precedence ::ffff:0:0/96 100# why',
  'precedence ::ffff:0:0/96 100\0 label',
  'precedence ::ffff:0.0.0.0/+096 0100',
  'precedence ::ffff:0.0.0.0/-18446744073709551520 100',
])('reads %j', (line) => {
  expect(precedencesOf(line)[0]).toEqual({prefix: MAPPED, length: 96, value: 100})
})

it.each([
  'precedence ::/129 1',
  'precedence ::/0x10 1',
  'precedence ::/- 1',
  'precedence ::/0 -1',
  'precedence ::/0 1x',
  'precedence ::/0 2147483648',
  'precedence ::/18446744073709551616 1',
  'precedence 10.0.0.0/8 1',
  'precedence fe80::%lo/10 1',
  'precedence ::ffff:010.0.0.0/104 1',
  'precedence 1:2:3:4:5:6:7::8/64 1',
  'Precedence ::/0 1',
  'precedence# ::/0 1',
  'scopev4 10.0.0.0/33 1',
  'scopev4 10.0/8 1',
  'scopev4 ::/96 1',
  'scopev4 ::ffff:10.0.0.0/95 1',
])('passes over %j', (line) => {
  const parsed = parseGaiConf(`${line}\n`)
  expect(parsed).toEqual({
    readings: [defaultTables],
    reload: false,
    ignored: [{line: 1, text: line}],
    doubtful: [],
    mayCrash: [],
  })
})

it('takes ::192.0.2.1 for what it is', () => {
  expect(precedencesOf('precedence ::192.0.2.1/128 1')[0]?.prefix).toBe(0xc000_0201n)
})

it('takes the last `reload`', () => {
  expect(parseGaiConf('reload yes\n').reload).toBe(true)
  expect(parseGaiConf('reload yes\nreload\n').reload).toBe(false)
})

it('has several readings of a line without a length: the first is that of glibc 2.41', () => {
  const {readings, doubtful, mayCrash} = parseGaiConf('precedence ::1 7\n')
  expect(mayCrash).toEqual(doubtful)
  expect(doubtful).toEqual([{line: 1, text: 'precedence ::1 7'}])
  expect(readings.map(({precedences}) => precedences[0]?.value)).toEqual([7, 50, 7])
})

it.each([
  ['precedence ::1/128', 0],
  ['precedence ::/ 7', 7],
])('has 2.41 pass over %j, which was taken before', (line, value) => {
  const {readings} = parseGaiConf(`${line}\n`)
  expect(readings[0]).toEqual(defaultTables)
  expect(readings.map(({precedences}) => precedences[0]?.value)).toContain(value)
})

it.each(['label :: /0', 'label ::1', 'scopev4 10.1.1.1 x', 'scopev4 ::ffff:10.1.1.1 -1'])(
  'passes over %j, which may crash glibc before 2.41 all the same if it has no length',
  (text) => {
    const {mayCrash} = parseGaiConf(`${text}\nlabel 10.1.1.1 1\nscopev4 ::1 1\nlabel ::/0 x\nreload ::\n`)
    expect(mayCrash).toEqual([{line: 1, text}])
  },
)

it('is the defaults without a file, and not known if it may not be read', async () => {
  expect(valueOfKnown(await derive(gaiConfFact, {})).readings).toEqual([defaultTables])
  const denied = await derive(gaiConfFact, {'gai-conf': missing('gai-conf', 'denied', 'EACCES')})
  expect(gapsOf(denied)).toEqual(['gai-conf: denied'])
})

it('is not known with more lines that are read by chance than can be gone through', async () => {
  expect((await derive(gaiConfFact, {'gai-conf': 'label ::1 1\n'.repeat(5)})).known).toBe(true)
  expect(gapsOf(await derive(gaiConfFact, {'gai-conf': 'label ::1 1\n'.repeat(6)}))).toEqual(['gai-conf: unsupported'])
})

it('reads large files in time that grows with their length', async () => {
  const read = (size: number) => {
    for (const part of [' ', '0', '1:', '#', '/', '\n', 'label ::/']) {
      parseGaiConf(part.repeat(size))
      parseGaiConf(`label ::/${part.repeat(size)}x 1`)
      parseGaiConf(`label ${part.repeat(size)}x 1`)
    }
    for (const line of ['label ::/0 1\n', 'label ::1 1\n']) parseGaiConf(line.repeat(size / 20))
  }
  expect(await growthOf(read, 50_000)).toBeLessThan(LINEAR)
})
