import type {Missing} from '../model/missing.js'
import type {Raw} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'

export interface Resolver {
  /** As it stands there, also with a zone: `fe80::1%eth0`. */
  readonly address: string
  readonly path: string
  readonly line: number
}

/** The C library takes no more (MAXNS of resolv.h). */
const MOST = 3

/** Where systemd-resolved's stub listens: what it asks itself stands in a file of its own. */
const stubs: readonly string[] = ['127.0.0.53', '127.0.0.54']

/** Whom this host asks for names: resolv.conf(5), and systemd-resolved's own list where that is its stub. */
export const resolversFact = defineFact({
  name: 'resolvers',
  inputs: ['resolv-conf', 'resolved-resolv-conf'],
  derive(inputs) {
    const conf = inputs['resolv-conf']
    if (conf.status === 'missing') return conf.reason === 'absent' ? known<readonly Resolver[]>([]) : unknown(conf)
    const resolvers = parse(conf, '/etc/resolv.conf', MOST)
    if (!resolvers.some(({address}) => stubs.includes(address))) return known(resolvers)
    const behind = inputs['resolved-resolv-conf']
    if (behind.status === 'missing') return known(resolvers, gapOf(behind))
    return known([...resolvers, ...parse(behind, '/run/systemd/resolve/resolv.conf', Number.POSITIVE_INFINITY)])
  },
})

/** `nameserver ADDRESS` at the beginning of a line (res_vinit_1() of glibc). */
function parse({text}: Raw, path: string, most: number): Resolver[] {
  const resolvers: Resolver[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (resolvers.length === most) break
    const [keyword, address] = line.split(/[ \t\r]+/, 2)
    if (keyword === 'nameserver' && address) resolvers.push({address, path, line: index + 1})
  }
  return resolvers
}

function gapOf(missing: Missing): readonly Missing[] {
  return missing.reason === 'absent' ? [] : [missing]
}
