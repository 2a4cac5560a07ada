import type {Random} from '../../forks/random.js'

/** Set by some units, environment files, systemd or nobody. */
export const names: readonly string[] = [
  ...['A', 'A', 'B', 'B', 'FOO', 'FOO', 'BAR', 'OPTS', 'EMPTY', 'X_1', '_u', 'lower', 'LONG_NAME_2'],
  ...['NDDEFAULT', 'NDDEFAULT2', 'NDPASS', 'NDPASS3', 'NDTYPE', 'NDMANAGER', 'NOPE', 'NOPE2'],
]
/** Set by systemd itself, for some commands. */
const own = [
  ...['HOME', 'USER', 'SHELL', 'LOGNAME', 'PATH', 'LANG', 'MAINPID', 'SERVICE_RESULT', 'EXIT_CODE', 'EXIT_STATUS'],
  ...[
    'INVOCATION_ID',
    'RUNTIME_DIRECTORY',
    'STATE_DIRECTORY',
    'NOTIFY_SOCKET',
    'PIDFILE',
    'LISTEN_FDS',
    'JOURNAL_STREAM',
  ],
]
const plain = [
  'a',
  'b',
  '-x',
  '--opt',
  '--opt=',
  '/etc/x',
  'é',
  'ß€',
  '😀',
  'x=y',
  'a,b',
  '*',
  '{',
  '}',
  ':',
  '#',
  '~',
  '()',
  '100',
  '!',
]
const escapes = [
  ...[
    '\\t',
    '\\n',
    '\\s',
    '\\x41',
    '\\x24',
    '\\101',
    '\\u00e4',
    '\\U0001F600',
    '\\\\',
    '\\"',
    "\\'",
    '\\x22',
    '\\xc3\\xa4',
  ],
  ...['\\$', '\\.', '\\q', '\\{', '\\x4', '\\u12', '\\ä'],
]
const specifiers = [
  '%n',
  '%N',
  '%p',
  '%i',
  '%%',
  '%I',
  '%j',
  '%t',
  '%S',
  '%E',
  '%u',
  '%U',
  '%h',
  '%H',
  '%m',
  '%b',
  '%v',
  '%T',
  '%f',
  '%s',
]
const references = [
  ...['$@', '$@', '${@}', '${@}', '${@}', '$$', '$$@', '$${@}', '${@:-d}', '${@:+a}', '${@:-${A}}', '${@-d}'],
  ...['${', '${@', '$', '${}', '${1}', '$1', '${@ }', '$@-x', '$@=', '${@:}', '$@$@', '${@}${@}'],
]

/** A variable, `@` standing for its name. */
function reference(random: Random): string {
  return random.pick(references).replaceAll('@', () => random.pick(random.chance(0.2) ? own : names))
}

function atom(random: Random): string {
  const kind = random.between(1, 20)
  if (kind <= 8) return reference(random)
  if (kind <= 14) return random.pick(plain)
  if (kind <= 16) return random.chance(0.02) ? random.pick(['\\xff', '\\xe2\\x82', '\\200']) : random.pick(escapes)
  if (kind <= 18) return random.pick(specifiers)
  return random
    .pick(['"@"', "'@'", '"@ @"', "'@ $A'", '""', "''"])
    .replaceAll('@', () => random.pick([...plain, '$A', '${B}']))
}

/** A word of an Exec line, as it stands there. */
export function word(random: Random): string {
  const kind = random.between(1, 20)
  if (kind <= 6) return quoted(`$${random.pick(random.chance(0.2) ? own : names)}`, random)
  if (kind <= 9) return quoted(`\${${random.pick(random.chance(0.2) ? own : names)}}`, random)
  const atoms = Array.from({length: random.between(1, 4)}, () => atom(random)).join('')
  // A lone one separates commands.
  return atoms === ';' ? '\\;' : random.chance(0.02) ? '\\;' : quoted(atoms, random)
}

function quoted(text: string, random: Random): string {
  if (/["']/.test(text) || text.endsWith('\\') || !random.chance(0.25)) return text
  const quote = random.pick(['"', "'"])
  const blank = random.chance(0.3) ? ' x' : ''
  return `${quote}${text}${blank}${quote}`
}

/** One of Environment=. */
export function assignment(random: Random): string {
  const name = random.pick(names)
  const value = random.pick(values)
  const kind = random.between(1, 24)
  if (kind <= 12)
    return /[\s"'\\]/.test(value) || value.includes('%') ? `"${name}=${inQuotes(value)}"` : `${name}=${value}`
  if (kind <= 15) return `${name}="${inQuotes(value)}"`
  if (kind <= 17) return `'${name}=${value.replace(/[\\']/g, '\\$&').replaceAll('%', '%%').replaceAll('\n', '\\n')}'`
  if (kind <= 19) return `${name}=${random.pick(specifiers)}${random.pick(['', 'x'])}`
  if (kind <= 21) return `${name}=${random.pick(['\\x41b', 'a\\tb', '\\u00e4', '\\\\', 'a\\nb', '\\x20', '\\101'])}`
  return random.pick([
    `${name}`,
    `=${name}`,
    `1${name}=x`,
    `${name}-=x`,
    `${name} =x`,
    `export ${name}=x`,
    `${name}=`,
    `é=1`,
    `${name}=\\x07`,
  ])
}

function inQuotes(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('\n', '\\n')
}

export const values: readonly string[] = [
  ...['', '', 'x', '1', 'a b', 'two words', ' lead', 'trail ', '  ', "it's", 'say "x y" z', "'q r' s", 'a\\b', 'a\\ b'],
  ...[
    '$A',
    '${B}',
    '$$',
    '--opt=1 --other',
    '-x "a b" -y',
    'b=c',
    'ü€',
    '/usr/bin',
    '100%',
    'a\tb',
    'one\ntwo',
    '"',
    "'",
    '#x',
    ';',
  ],
]
