import {defineChecker} from '../../checker.js'
import type {Unit, Units} from '../../facts/units.js'
import {severities} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {predictBoot} from '../../models/systemd/boot/boot.js'
import {execPredictor} from '../../models/systemd/exec/predict.js'
import type {Draft} from './draft.js'
import {dynamicNames} from './dynamic.js'
import {IgnoredByFile} from './ignored.js'
import {judgeUnit, type UnitVerdict} from './judge-unit.js'
import {rules} from './rules.js'
import {staleUnits} from './stale.js'
import {type Standing, standingOf} from './standing.js'
import {unreadDefaults} from './unread-defaults.js'

/** Where it is not known which systemd is installed, these must say the same: the rules changed in between. */
const NEWEST = 262
const EACH = [229, 234, 239, 246, 252, 257, NEWEST]

export default defineChecker({
  id: 'unit-environment',
  title: 'Whether the commands of units get the variables that they name',
  needs: ['units', 'unitEnvironment'],
  rules,
  *check({units, unitEnvironment: sources}) {
    const judged = executedUnits(units)
    if (judged.length === 0) return {skipped: 'there are no services of systemd here'}
    const boot = predictBoot(units)
    const standings = new Map<Unit, Standing>()
    const standing = (unit: Unit): Standing => {
      const found = standings.get(unit) ?? standingOf(unit, units, boot)
      standings.set(unit, found)
      return found
    }
    const dynamic = dynamicNames(units, sources)
    const isDynamic = (name: string) => dynamic.has(name)
    const versions = units.version === null ? EACH : [units.version]
    const predictors = versions.map((version) => execPredictor({units, sources, version}))
    const ignored = new IgnoredByFile()
    const drafts: Draft[] = []
    for (const unit of judged) {
      // The engine says what could not be read: it may set any variable.
      if (unit.unread.length > 0) continue
      const verdicts = predictors.map((predict) =>
        judgeUnit({unit, units, sources, standing: standing(unit), predict, isDynamic}),
      )
      const [verdict, ...others] = verdicts.toReversed()
      if (!verdict) continue
      const {agreed, differs} = agreement(unit, verdict, others)
      drafts.push(...agreed)
      if (differs) yield {unknown: differs}
      for (const each of verdict.unknown) yield {unknown: each}
      const files = new Set(verdict.prediction.files.map(({path}) => path))
      ignored.add(verdict.ignored, standing(unit).lowered, files)
    }
    yield* ignored.drafts()
    yield* drafts
    const stale = staleUnits(units)
    if (stale) yield stale
    yield* unreadDefaults(units, sources, standing, units.version ?? NEWEST)
    return undefined
  },
})

/** Services and sockets that systemd loads; of templates the instances, and those that have none. */
function executedUnits({units, manager, load}: Units): Unit[] {
  const found = new Map<string, Unit>()
  const isExecuted = ({type, loadState}: Unit) =>
    (type === 'service' || type === 'socket') && (loadState === 'loaded' || loadState === 'refused')
  for (const unit of units) if (isExecuted(unit)) found.set(unit.name, unit)
  for (const {id} of manager?.units ?? []) {
    const unit = found.has(id) ? null : load(id)
    if (unit && isExecuted(unit)) found.set(unit.name, unit)
  }
  const instantiated = new Set([...found.values()].map(({template}) => template))
  return [...found.values()].filter(({isTemplate, name}) => !isTemplate || !instantiated.has(name))
}

/** What all versions of systemd that may be there agree on; the gentlest of what they say. */
function agreement(
  unit: Unit,
  {drafts}: UnitVerdict,
  others: readonly UnitVerdict[],
): {readonly agreed: readonly Draft[]; readonly differs: Missing | null} {
  const rank = ({severity}: Draft) => severities.indexOf(severity ?? 'notice')
  const agreed = drafts.flatMap((draft) => {
    const same = others.map((other) => other.drafts.find(({rule}) => rule === draft.rule))
    if (same.some((found) => !found)) return []
    return same.reduce<Draft>((gentlest, found) => (found && rank(found) > rank(gentlest) ? found : gentlest), draft)
  })
  const rulesOf = (list: readonly Draft[]) => new Set(list.filter(({quiet}) => !quiet).map(({rule}) => rule))
  const said = rulesOf(agreed)
  const open = [drafts, ...others.map((other) => other.drafts)].some((list) =>
    [...rulesOf(list)].some((rule) => !said.has(rule)),
  )
  const detail = `${unit.name}: it depends on the version of systemd, which is not known`
  return {agreed, differs: open ? missing('systemd-library', 'not-collected', detail) : null}
}
