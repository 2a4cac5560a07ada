import {defineFact, known, unknown} from './define.js'

/** `[rlimits] rlimit-nproc` of avahi-daemon.conf(5); null when avahi sets no such limit. */
export interface AvahiConfig {
  readonly rlimitNproc: number | null
  readonly path: string
  readonly line: number | null
  readonly text: string
}

const PATH = '/etc/avahi/avahi-daemon.conf'

/** null: avahi-daemon is not configured on this host. */
export const avahiFact = defineFact({
  name: 'avahi',
  inputs: ['avahi-conf'],
  derive(inputs) {
    const input = inputs['avahi-conf']
    if (input.status === 'missing') return input.reason === 'absent' ? known<AvahiConfig | null>(null) : unknown(input)
    return known<AvahiConfig | null>(parseAvahiConfig(input.text))
  },
})

/** As avahi_ini_file_load() reads it: comments start with `#` or `%`, names are not case-sensitive, the last counts. */
export function parseAvahiConfig(text: string): AvahiConfig {
  let group = ''
  let found: AvahiConfig = {rlimitNproc: null, path: PATH, line: null, text: ''}
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/^[ \t]+/, '')
    if (line === '' || line.startsWith('#') || line.startsWith('%')) continue
    const header = /^\[([^\]]*)\]/.exec(line)
    if (header) {
      group = (header[1] ?? '').toLowerCase()
      continue
    }
    const equals = line.indexOf('=')
    // The key is not trimmed: avahi refuses `rlimit-nproc = 3` as an unknown key and does not start.
    if (group !== 'rlimits' || line.slice(0, equals).toLowerCase() !== 'rlimit-nproc') continue
    found = {rlimitNproc: atoi(line.slice(equals + 1)), path: PATH, line: index + 1, text: raw}
  }
  return found
}

/** atoi(3): digits after white space and a sign, else 0. A negative int becomes a rlim_t too large to matter. */
function atoi(text: string): number {
  const value = Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0)
  return value < 0 ? Number.POSITIVE_INFINITY : value
}
