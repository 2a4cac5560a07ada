import type {Unit, Units} from '../../facts/units.js'
import type {Remediation} from '../../model/finding.js'
import type {Boot} from '../../models/systemd/boot/boot.js'
import {wordsOf} from '../../models/systemd/boot/setting.js'

export function run(title: string, ...argv: readonly [string, ...string[]]): Remediation {
  return {title, kind: 'command', argv, safety: 'safe', persistent: true}
}

export function manual(title: string): Remediation {
  return {title, kind: 'manual', safety: 'safe', persistent: true}
}

/** `systemctl VERB NAME`, also of `-.mount`. */
export function systemctl(title: string, verb: string, ...args: readonly string[]): Remediation {
  return run(title, 'systemctl', verb, ...(args.some((arg) => arg.startsWith('-')) ? ['--'] : []), ...args)
}

/** What has a unit started at boot from now on. */
export function startAtBoot(unit: Unit, boot: Boot, units: Units): Remediation[] {
  const {name} = unit
  const targets = [...wordsOf(unit, 'Install', 'WantedBy', 'RequiredBy', 'UpheldBy')].map(({word}) => word)
  const installs = unit.assignments.some(
    ({section, key}) => section === 'Install' && (key === 'Also' || key === 'Alias'),
  )
  const reached = targets.filter((target) => starts(units.byName.get(target)?.name ?? target, boot))
  if (reached.length > 0) return [systemctl(`Enable ${name}`, 'enable', name)]
  // Also= may name what starts it; an alias may be what D-Bus asks for.
  if (targets.length === 0 && installs) return [systemctl(`Enable ${name} and what its Also= names`, 'enable', name)]
  const target = boot.started.has('multi-user.target') ? 'multi-user.target' : boot.target
  const [first] = targets
  const because = first === undefined ? 'it has no [Install] section' : `its WantedBy=${first} will not`
  return [systemctl(`Have ${target} start ${name}: ${because}`, 'add-wants', target, name)]
}

/** Is it started, with all that it wants? */
function starts(name: string, boot: Boot): boolean {
  return (boot.started.has(name) || boot.onDemand.has(name)) && boot.lacks(name) === null
}
