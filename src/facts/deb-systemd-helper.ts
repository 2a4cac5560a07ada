import type {Tree} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'

const FOLDER = '/var/lib/systemd/deb-systemd-helper-enabled/'

/**
 * Units that a Debian package installed and left disabled on purpose: deb-systemd-helper(1p) knows them, and has made
 * no link for them. Empty where there is no deb-systemd-helper.
 */
export const unitsLeftDisabledFact = defineFact({
  name: 'unitsLeftDisabled',
  inputs: ['deb-systemd-helper'],
  derive(inputs) {
    const input = inputs['deb-systemd-helper']
    if (input.status === 'tree') return known<ReadonlySet<string>>(leftDisabled(input))
    return input.reason === 'absent' ? known<ReadonlySet<string>>(new Set()) : unknown(input)
  },
})

function leftDisabled({entries}: Tree): Set<string> {
  const names = entries.map(({path}) => path.slice(FOLDER.length))
  const linked = new Set(names.filter((name) => name.includes('/')).map((name) => name.slice(name.indexOf('/') + 1)))
  const installed = names.flatMap((name) => /^([^/]+)\.dsh-also$/.exec(name)?.[1] ?? [])
  return new Set(installed.filter((name) => !linked.has(name)))
}
