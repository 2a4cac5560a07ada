/** What a name for further options consists of, as `EXTRA_OPTS`, `DAEMONARGS`, `sshd_options`. */
const OPTIONAL =
  /(?:^(?:OPT|EXTRA|ADDITIONAL|CUSTOM)|(?:OPT|OPTS|OPTION|OPTIONS|ARG|ARGS|ARGUMENTS?|FLAGS?|PARAMS?|PARAMETERS?|CMDLINE|SWITCHES)\d*$)/i
/** Words that end like one of those by chance. */
const BY_CHANCE = /^(?:OPTICAL|OPTIM.*)$/i

/**
 * A variable that need not be set: most units of a Debian that name one which is not mean a place for further options.
 */
export function looksOptional(name: string): boolean {
  // Names of this kind are some program's own affair: MariaDB's _WSREP_NEW_CLUSTER.
  if (name.startsWith('_')) return true
  return name.split('_').some((part) => OPTIONAL.test(part) && !BY_CHANCE.test(part))
}

/** `-i`, which as a rule takes a value. */
export function isShortOption(word: string): boolean {
  return /^-[A-Za-z0-9]$/.test(word)
}

/** `--config`, of a variable CONFIG_FILE: an option that surely takes the value. */
export function isOptionFor(word: string, name: string): boolean {
  const option = /^--?([a-z][a-z0-9_-]{2,})$/i.exec(word)?.[1]
  if (option === undefined) return false
  const [a, b] = [plain(option), plain(name)]
  return b.includes(a) || a.includes(b)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** `export FOO`, `FOO+` -> `FOO`. */
export function bareName(name: string): string {
  return name
    .replace(/^\uFEFF/, '')
    .replace(/^export\s+/, '')
    .replace(/\+$/, '')
}

/** Each once, in the order in which they come first. */
export function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}
