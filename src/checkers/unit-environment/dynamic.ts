import type {EnvironmentSources} from '../../facts/unit-environment.js'
import type {Units} from '../../facts/units.js'

/** Names that a command of some unit, or a script that one starts, gives to `systemctl set-environment`. */
export function dynamicNames(units: Units, sources: EnvironmentSources): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (text: string) => {
    for (const [, rest = ''] of text.matchAll(/\bset-environment\s+([^\n;&|]{0,400})/g)) {
      for (const [, name = ''] of rest.matchAll(/\b([A-Za-z_]\w*)=/g)) names.add(name)
    }
  }
  const seen = new Set<string>()
  for (const {assignments} of units.units) {
    for (const {key, value} of assignments) {
      if (!/^Exec[A-Z]/.test(key)) continue
      add(value)
      const path = /^[-@:+!|]*(\/[^\s"']+)/.exec(value)?.[1]
      if (path === undefined || seen.has(path)) continue
      seen.add(path)
      const program = sources.program(path)
      if (program.status === 'script') add(program.text)
    }
  }
  return names
}
