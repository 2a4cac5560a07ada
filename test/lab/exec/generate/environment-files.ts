import type {Random} from '../../forks/random.js'
import {names, values} from './words.js'

const comments = [
  ...['# comment', '; comment', '#A=commented', '  # FOO=x', '# ends \\', '#\\', '; B=x \\', '# in\\side', '#'],
  ...['# export A=1', '\t;x', '# ends \\\\', '# ends \\ '],
]
const rubbish = [
  'hello',
  '[section]',
  '=x',
  'export A=1',
  'export B',
  '1A=x',
  'A-B=x',
  'A B=x',
  'FOO+=x',
  'é=1',
  'A\\',
  '$A=x',
  '"A"=x',
  'if [ x ]; then',
]

/** The text of an environment file; rarely one that systemd refuses. */
export function environmentFile(random: Random): string | Uint8Array {
  const lines = Array.from({length: random.between(0, 7)}, () => line(random))
  const text = `${random.chance(0.03) ? '\ufeff' : ''}${lines.join('\n')}${random.chance(0.85) ? '\n' : ''}`
  const ended = random.chance(0.06) ? text.replaceAll('\n', '\r\n') : text
  return random.chance(0.02) ? withByte(random, ended) : ended
}

/** The text with a byte somewhere that makes it no UTF-8. */
export function withByte(random: Random, text: string): Uint8Array {
  const bytes = Buffer.from(text)
  const at = random.between(0, bytes.length)
  return Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from([random.pick([0xff, 0xc3, 0x80, 0xe2])]),
    bytes.subarray(at),
  ])
}

function line(random: Random): string {
  const kind = random.between(1, 20)
  if (kind <= 3) return random.pick(comments)
  if (kind <= 5) return random.pick(rubbish)
  if (kind === 6) return random.pick(['', '   ', '\t'])
  const around = random.chance(0.15)
    ? [random.pick(['', ' ', '\t']), random.pick(['', ' ']), random.pick(['', ' ', '\t '])]
    : ['', '', '']
  return `${around[0]}${random.pick(names)}${around[1]}=${around[2]}${value(random)}`
}

function value(random: Random): string {
  const kind = random.between(1, 20)
  const text = random.pick(values)
  if (kind <= 4) return text.replaceAll('\n', ' ')
  if (kind <= 8) return `"${text.replace(/[\\"`$]/g, '\\$&')}"`
  if (kind <= 10) return `'${text.replaceAll("'", '')}'`
  if (kind <= 12) return Array.from({length: random.between(1, 3)}, () => part(random)).join('')
  if (kind <= 14) return `${random.pick(['a', '"a', "'a"])}\\\n${random.pick(['b', ' b"', "b'", 'b'])}`
  if (kind === 15) return random.pick(['"one\ntwo"', "'one\ntwo'", '"x\\\ny"', "'x\\\ny'"])
  if (kind === 16) return random.pick(['"open', "'open", 'x"open', '"a" "b', 'x\\'])
  return random.pick([
    'x # no comment',
    'x;y',
    '$A',
    '${B}',
    '%n',
    'a\\ b',
    'a\\nb',
    '"a\\nb"',
    "'a\\nb'",
    '  x  y  ',
    '\\"x\\"',
    '\\x41',
    'a\x07b',
    'é',
  ])
}

function part(random: Random): string {
  return random.pick([
    '"a b"',
    "'c d'",
    'x',
    ' ',
    'y z',
    '\\',
    '\\n',
    '"\\""',
    "'\"'",
    '""',
    '#',
    '\t',
    '\\ ',
    '"\\$A"',
    '"\\q"',
  ])
}
