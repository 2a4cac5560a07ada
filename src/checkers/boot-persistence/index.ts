import {defineChecker} from '../../checker.js'
import type {Unit, Units} from '../../facts/units.js'
import {missing} from '../../model/missing.js'
import {predictBoot} from '../../models/systemd/boot/boot.js'
import {danglingFindings} from './dangling.js'
import type {Draft} from './draft.js'
import {engineFindings} from './engine.js'
import {judgeRunning} from './judge-unit.js'
import {restartPolicyFindings} from './restart-policy.js'
import {rules} from './rules.js'
import {type Running, runningUnits} from './running.js'
import {symptomsOf} from './symptoms.js'
import {sysvFindings} from './sysv.js'

/** default.target of a boot for repair: what runs then says nothing of the next boot. */
const forRepair = new Set(['rescue.target', 'emergency.target'])

export default defineChecker({
  id: 'boot-persistence',
  title: 'Whether what runs now, or was meant to, will be started at the next boot',
  needs: ['units'],
  wants: ['engineContainers', 'packagedUnits'],
  rules,
  *check({units, engineContainers, packagedUnits}) {
    if (units.version === null && units.manager === null) {
      return {skipped: 'no systemd is installed here'}
    }
    const running = new Map(runningUnits(units).map((one) => [one.name, one]))
    const boot = predictBoot(units, unnamedInstances([...running.values()], units))
    if (forRepair.has(boot.target)) {
      yield {unknown: missing('systemd-units', 'unsupported', `default.target is ${boot.target}, a boot for repair`)}
      return
    }
    const packaged = packagedUnits.known ? packagedUnits.value : null
    const sysv = [...sysvFindings(units, boot, running, packaged?.leftDisabled ?? null)]
    const said = new Set(sysv.map(({subject}) => subject.name))
    yield* sysv

    const drafts = new Map<string, Draft>()
    for (const one of running.values()) {
      const draft = said.has(one.name) ? null : judgeRunning(one, boot, units)
      if (draft) drafts.set(one.name, draft)
    }
    if (engineContainers.known && units.manager !== null) {
      for (const draft of engineFindings(engineContainers.value, units, boot, running)) {
        // That the engine is not enabled is the same fault; what else is wrong with it comes first.
        const before = drafts.get(draft.subject.name)
        if (!before || before.rule === 'start-not-enabled') drafts.set(draft.subject.name, draft)
      }
    }
    const causes = symptomsOf(new Set(drafts.keys()), boot.into)
    const symptoms = new Map<string, string[]>()
    for (const [unit, cause] of causes) {
      const group = symptoms.get(cause)
      if (group) group.push(unit)
      else symptoms.set(cause, [unit])
    }
    for (const [name, draft] of drafts) {
      if (!causes.has(name)) yield withSymptoms(draft, symptoms.get(name) ?? [])
    }
    yield* danglingFindings(units, boot, new Set(running.keys()), packaged?.enabled ?? new Set())

    if (engineContainers.known) yield* restartPolicyFindings(engineContainers.value, units)
    return undefined
  },
})

/** Instances that were started by hand: no file says their name. */
function unnamedInstances(running: readonly Running[], {byName}: Units): Unit[] {
  return running.flatMap(({name, unit}) => (unit === null || byName.has(name) ? [] : [unit]))
}

/** What else runs only because this one does is told with it. */
function withSymptoms(draft: Draft, units: readonly string[]): Draft {
  if (units.length === 0) return draft
  const named = units.slice(0, 8).join(', ')
  const more = units.length > 8 ? ` and ${units.length - 8} more` : ''
  return {...draft, evidence: [...draft.evidence, {source: 'started with it', excerpt: `${named}${more}`}]}
}
