import type {Collected} from '../collected.js'
import type {SystemdManagerRecord} from '../records.js'

type Properties = Readonly<Record<string, string>>

/** Output of `systemctl show`: `Name=value` lines, an empty line between units. */
export function parseProperties(text: string): Properties[] {
  return text
    .split(/\n{2,}/)
    .map((block) => Object.fromEntries(pairs(block.split('\n'))))
    .filter(({Id = ''}) => Id !== '')
}

/** Output of `systemctl list-units`: name, load state, active state, sub state, description. */
export function parseUnitList(text: string): Properties[] {
  return text.split('\n').flatMap((line) => {
    // Before version 246 a mark stands before what is not as it should be, also with --plain.
    const [Id, LoadState, ActiveState, SubState] = line.replace(/^[*\u25cf\u25cb\u00d7x]? +/, '').split(/ +/)
    if (Id === undefined || LoadState === undefined || ActiveState === undefined || SubState === undefined) return []
    return [{Id, LoadState, ActiveState, SubState}]
  })
}

/** Of mounts that are active and have a unit file a pattern that only a loaded unit can match: a plain name loads it. */
export function activeMounts(states: readonly Properties[], files: Collected): string[] {
  if (files.status !== 'tree') return []
  const names = new Set(files.entries.map(({path}) => path.slice(path.lastIndexOf('/') + 1)))
  return states.flatMap(({Id = '', ActiveState}) =>
    Id.endsWith('.mount') && ActiveState !== 'inactive' && names.has(Id) ? [Id.replace(/t$/, '[t]')] : [],
  )
}

/**
 * `systemctl show` without a unit. `environment` is null where it cannot be told from it: versions 233 to 245 write
 * `[unprintable]` for what has a blank.
 */
export function manager(text: string): Pick<SystemdManagerRecord, 'version' | 'environment'> {
  const {Version = '', Environment} = Object.fromEntries(pairs(text.split('\n')))
  if (Environment === undefined || / ?\[unprintable\]( |$)/.test(Environment))
    return {version: Version, environment: null}
  return {version: Version, environment: Object.fromEntries(pairs(elementsOf(Environment)))}
}

/** Output of `systemctl show-environment`: values are quoted as in `$'a b'` where that is needed. */
export function parseEnvironment(text: string): Properties {
  return Object.fromEntries(
    pairs(text.split('\n')).map(([name, value]) => {
      const quoted = /^\$'(.*)'$/.exec(value)?.[1]
      return [name, quoted === undefined ? value : undoEscapes(quoted)]
    }),
  )
}

/**
 * Elements of a list as bus_print_property() of src/shared/bus-print-properties.c writes them: quoted as a whole where
 * that is needed (shell_maybe_quote()), before version 233 with `\x20` for a blank (xescape()).
 */
function elementsOf(list: string): string[] {
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"|[^\s]+/g)].map(([whole, quoted]) => undoEscapes(quoted ?? whole))
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'}),
)

/** `\xc3` and the like are bytes, of which several make a character. */
function undoEscapes(text: string): string {
  if (!text.includes('\\')) return text
  const bytes = Buffer.from(text).toString('latin1')
  const undone = bytes.replace(
    /\\(?:x([0-9a-f]{2})|([0-7]{3})|(.))/gi,
    (_, hex?: string, octal?: string, char?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return ESCAPES.get(char ?? '') ?? char ?? ''
    },
  )
  return Buffer.from(undone, 'latin1').toString('utf8')
}

function pairs(lines: readonly string[]): [string, string][] {
  return lines.flatMap((line): [string, string][] => {
    const equals = line.indexOf('=')
    return equals <= 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1)]]
  })
}
