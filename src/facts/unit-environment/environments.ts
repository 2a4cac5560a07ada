import type {Missing} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import {parseEnvironmentFile} from '../systemd/environment-file.js'
import type {NamedFile} from '../unit-environment.js'

type Variables = ReadonlyMap<string, string>

/** locale_variable_table of systemd's src/basic/locale-util.c. */
const LOCALE =
  /^(LANG|LANGUAGE|LC_(CTYPE|NUMERIC|TIME|COLLATE|MONETARY|MESSAGES|PAPER|NAME|ADDRESS|TELEPHONE|MEASUREMENT|IDENTIFICATION))$/
/** Up to which Debian's systemd reads /etc/default/locale where there is no /etc/locale.conf, and from where it does not. */
const LAST_WITH_DEFAULT_LOCALE = 252
const FIRST_WITHOUT_DEFAULT_LOCALE = 257

/** `NAME=value`, each once: the last one counts. */
export function variablesOf(assignments: readonly string[]): Variables {
  return new Map(
    assignments.flatMap((each) => {
      const equals = each.indexOf('=')
      return equals <= 0 ? [] : [[each.slice(0, equals), each.slice(equals + 1)] as const]
    }),
  )
}

/** systemd.setenv=NAME=VALUE (kernel-command-line(7)). */
export function kernelEnvironmentOf(commandLine: Raw | Missing): Variables | null {
  if (commandLine.status === 'missing') return null
  return variablesOf(valuesOf(commandLine.text, 'systemd.setenv'))
}

export interface LocaleContext {
  readonly commandLine: Raw | Missing
  /** Major version of the installed systemd. */
  readonly version: number | null
  readonly osRelease: Raw | Missing
  /** Files of /etc/default. */
  readonly defaults: readonly NamedFile[]
}

/** What locale_setup() of systemd's src/core/locale-setup.c gives to the manager's environment. null: not known. */
export function localeOf(conf: Raw | Missing, context: LocaleContext): Variables | null {
  const onCommandLine = variablesOf(
    context.commandLine.status === 'missing'
      ? []
      : words(context.commandLine.text).flatMap((word) => (word.startsWith('locale.') ? [word.slice(7)] : [])),
  )
  const fromKernel = new Map([...onCommandLine].filter(([name]) => LOCALE.test(name)))
  if (fromKernel.size > 0) return fromKernel
  if (conf.status === 'raw') return parse(conf.text, context.version)
  if (conf.reason !== 'absent') return null
  return readsDefaultLocale(context)
}

function readsDefaultLocale({version, osRelease, defaults}: LocaleContext): Variables | null {
  const isDebian = osRelease.status === 'raw' && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease.text)
  const file = defaults.find(
    ({status, ...rest}) => status !== 'missing' && 'path' in rest && rest.path === '/etc/default/locale',
  )
  if (osRelease.status === 'raw' && !isDebian) return new Map()
  if (file?.status !== 'file') return new Map()
  if (version === null || (version > LAST_WITH_DEFAULT_LOCALE && version < FIRST_WITHOUT_DEFAULT_LOCALE)) return null
  return version <= LAST_WITH_DEFAULT_LOCALE ? parse(file.text, version) : new Map()
}

function parse(text: string, version: number | null): Variables {
  const {assignments} = parseEnvironmentFile(text, {version: version ?? LAST_WITH_DEFAULT_LOCALE, invalidUtf8: false})
  return new Map(assignments.filter(({name}) => LOCALE.test(name)).map(({name, value}) => [name, value]))
}

/** Values of a key that may stand several times. */
function valuesOf(commandLine: string, key: string): readonly string[] {
  return words(commandLine).flatMap((word) => (word.startsWith(`${key}=`) ? [word.slice(key.length + 1)] : []))
}

/** Quotes group and vanish, backslashes mean nothing (EXTRACT_UNQUOTE|EXTRACT_RELAX|EXTRACT_RETAIN_ESCAPE). */
function words(text: string): readonly string[] {
  const found: string[] = []
  let word: string | null = null
  let quote = ''
  for (const char of text) {
    if (quote === '' && /\s/.test(char)) {
      if (word !== null) found.push(word)
      word = null
    } else if (char === quote) quote = ''
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char
      word ??= ''
    } else word = `${word ?? ''}${char}`
  }
  if (word !== null) found.push(word)
  return found
}
