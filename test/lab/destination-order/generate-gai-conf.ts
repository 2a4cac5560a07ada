import type {Random} from '../forks/random.js'

const wellKnown = [
  '::1/128',
  '::/0',
  '::/96',
  '::ffff:0:0/96',
  '2002::/16',
  '2001::/32',
  'fc00::/7',
  'fec0::/10',
  'fe80::/10',
  'ff00::/8',
]
const scopes = [
  '::ffff:10.0.0.0/104',
  '::ffff:192.168.0.0/112',
  '10.0.0.0/8',
  '169.254.0.0/16',
  '127.0.0.0/8',
  '0.0.0.0/0',
  '::ffff:0.0.0.0/96',
  '198.51.100.0/24',
  '10.1.1.0/25',
]

/** Lines that glibc reads, and lines that it passes over. */
export function generateGaiConf(random: Random, near: readonly string[]): string {
  const kinds = ['label', 'precedence', 'scopev4'].filter(() => random.chance(0.6))
  const lines = Array.from({length: random.between(0, 14)}, () => {
    if (kinds.length === 0 || random.chance(0.12)) return oddLine(random)
    return spaced(random, entry(random, random.pick(kinds), near))
  })
  // Each of them doubles what a program may have read.
  if (random.chance(0.15)) lines.push(doubtfulLine(random, near))
  const end = random.pick(['\n', '\n', '\r\n', ' \t\n'])
  return lines.join(end) + (random.chance(0.8) ? '\n' : '')
}

function entry(random: Random, kind: string, near: readonly string[]): readonly string[] {
  if (kind === 'scopev4') return [kind, random.pick(scopes), String(random.pick([2, 5, 14, 14, 8]))]
  const value = String(kind === 'label' ? random.between(0, 6) : random.pick([10, 20, 30, 40, 40, 50, 2147483647]))
  if (random.chance(0.6)) return [kind, random.pick(wellKnown), value]
  const around = random.pick(near)
  const [address = '::'] = around.split('/')
  const longest = address.includes(':') ? 128 : 32
  const length = random.pick([0, 3, 7, 8, 12, 16, 32, 48, 60, 64, 96, 100, 127, 128].filter((bits) => bits <= longest))
  return address.includes(':')
    ? [kind, `${address}/${length}`, value]
    : [kind, `::ffff:${address}/${random.pick([96 + length, 96 + length, 96])}`, value]
}

function spaced(random: Random, words: readonly string[]): string {
  const space = (): string => random.pick([' ', ' ', '  ', '\t', ' \t ', '\v'])
  const start = random.chance(0.2) ? space() : ''
  const end = random.pick(['', '', '', ' # why', '#', ' 99', '\t'])
  return start + words.join(space()) + end
}

/** No version of glibc takes these otherwise than others do. */
function oddLine(random: Random): string {
  return random.pick([
    '',
    '# precedence ::/0 1',
    'label',
    'precedence',
    'scopev4',
    'LABEL ::/0 7',
    'labels ::/0 7',
    'label ::/129 7',
    'label ::/x 7',
    'label ::/0x10 7',
    'label ::/-1 7',
    'label ::/- 7',
    'label ::/+16 7',
    'precedence 2001:db8::/+032 55',
    'precedence 2001:db8::/-18446744073709551584 55',
    'precedence 2001:db8::/18446744073709551616 55',
    'precedence ::/0 2147483648',
    'precedence ::/0 -5',
    'precedence ::/0 5x',
    'precedence 10.0.0.0/8 100',
    'precedence ::ffff:10.0.0.0/104 100',
    'precedence ::ffff:010.0.0.0/104 100',
    'precedence fe80::%lo/10 100',
    'precedence 1:2:3:4:5:6:7::8/64 100',
    'precedence ::198.51.100.0/120 35',
    'label 00001::/16 7',
    'label ::/0/0 7',
    'label #::/0 7',
    'label :: /0',
    'scopev4 ::/96 5',
    'scopev4 ::ffff:10.0.0.0/95 5',
    'scopev4 10.0.0/8 5',
    'scopev4 10.0.0.0/33 5',
    'scopev4 010.0.0.0/8 5',
    'scopev4 ::ffff:10.0.0.0/129 5',
    'reload yes',
    'reload no',
    'reload',
    'multi on',
    '\u00e9 ::/0 1',
  ])
}

/** Read by chance, or as 0, by glibc before 2.41. */
function doubtfulLine(random: Random, near: readonly string[]): string {
  const [address = '::'] = random.pick(near).split('/')
  const v6 = address.includes(':') ? address : `::ffff:${address}`
  return random.pick([
    `label ${v6} 3`,
    `precedence ${v6} 45`,
    `precedence ${v6}/ 45`,
    `label ${v6}/64`,
    'precedence ::/0',
    'scopev4 10.1.1.1 2',
    'scopev4 10.0.0.0/ 5',
    'scopev4 198.51.100.0/24',
  ])
}
