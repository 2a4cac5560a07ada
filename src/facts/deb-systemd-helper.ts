import type {Tree} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'

const FOLDER = '/var/lib/systemd/deb-systemd-helper-enabled/'

/** What Debian packages did with their units when they were installed (deb-systemd-helper(1p)). */
export interface PackagedUnits {
  /** Links were made for them; they stay behind when the package is removed and not purged. */
  readonly enabled: ReadonlySet<string>
  /** They are known, and no link was made for them: their package ships them disabled. */
  readonly leftDisabled: ReadonlySet<string>
}

/** Empty where there is no deb-systemd-helper. */
export const packagedUnitsFact = defineFact({
  name: 'packagedUnits',
  inputs: ['deb-systemd-helper'],
  derive(inputs) {
    const input = inputs['deb-systemd-helper']
    if (input.status === 'tree') return known(packagedUnits(input))
    const nothing: PackagedUnits = {enabled: new Set(), leftDisabled: new Set()}
    return input.reason === 'absent' ? known(nothing) : unknown(input)
  },
})

function packagedUnits({entries}: Tree): PackagedUnits {
  const names = entries.map(({path}) => path.slice(FOLDER.length))
  const enabled = new Set(names.filter((name) => name.includes('/')).map((name) => name.slice(name.indexOf('/') + 1)))
  const installed = names.flatMap((name) => /^([^/]+)\.dsh-also$/.exec(name)?.[1] ?? [])
  return {enabled, leftDisabled: new Set(installed.filter((name) => !enabled.has(name)))}
}
