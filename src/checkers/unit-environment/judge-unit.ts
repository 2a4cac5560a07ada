import type {EnvironmentSources} from '../../facts/unit-environment.js'
import type {Unit, Units} from '../../facts/units.js'
import {type Missing, missing} from '../../model/missing.js'
import type {ExecPrediction, IgnoredAssignment} from '../../models/systemd/exec/prediction.js'
import {executableVariable, missingFile} from './blocked.js'
import {describe} from './describe.js'
import type {Draft} from './draft.js'
import {ignoredOf} from './ignored.js'
import {judgeWords} from './judge-words.js'
import {bareName} from './names.js'
import type {Rule} from './rules.js'
import type {Standing} from './standing.js'
import type {Doubt, Trouble} from './trouble.js'
import type {UnitContext} from './unit-context.js'

export interface Question {
  readonly unit: Unit
  readonly units: Units
  readonly sources: EnvironmentSources
  readonly standing: Standing
  readonly predict: (unit: Unit) => ExecPrediction
  readonly isDynamic: (name: string) => boolean
}

export interface UnitVerdict {
  readonly drafts: readonly Draft[]
  readonly unknown: readonly Missing[]
  /** Of its files and of those that it reads. */
  readonly ignored: readonly IgnoredAssignment[]
  readonly prediction: ExecPrediction
}

/** What can be said of a template of which there is no instance. */
const ofTemplates = new Set<Rule>(['variable-name-invalid', 'shell-variable-eaten'])

/** Everything that is wrong about the variables of one unit, for one version of systemd. */
export function judgeUnit(question: Question): UnitVerdict {
  const {unit, units, sources, standing, predict, isDynamic} = question
  const prediction = predict(unit)
  const context: UnitContext = {unit, units, prediction, sources, standing}
  const executable = executableVariable(context)
  const blocked = missingFile(context)
  const drafts = [executable, blocked].filter((draft) => draft !== null)
  if (prediction.loadState !== 'loaded') return {drafts, unknown: [], ignored: [], prediction}

  const lines = prediction.files.flatMap(({commented}) => commented)
  const commented = new Set(lines.map(({name}) => name))
  const options = new Set(lines.filter(({text}) => /=\s*["']?-/.test(text)).map(({name}) => name))
  const surroundings = {
    sources,
    isDynamic,
    isCommented: (name: string) => commented.has(name),
    holdsOptions: (name: string) => options.has(name),
  }
  const troubles: Trouble[] = []
  const doubts: Doubt[] = []
  for (const command of prediction.commands) {
    const judged = judgeWords(command, surroundings)
    for (const trouble of judged.troubles) troubles.push(weighed(trouble, standing))
    for (const doubt of judged.doubts) doubts.push(doubt)
  }
  const ignored = ignoredOf(prediction)
  const groups = new Map<Rule, Trouble[]>()
  for (const trouble of troubles) {
    // Once the file is there they may be set.
    if (blocked && trouble.reference.state === 'unset') continue
    if (unit.isTemplate && !ofTemplates.has(trouble.rule)) continue
    const rule = trouble.level < 1 ? 'optional-variable-unset' : trouble.rule
    const group = groups.get(rule)
    if (group) group.push(trouble)
    else groups.set(rule, [trouble])
  }
  for (const [rule, group] of groups) drafts.push(withCause(describe(rule, group, context), group, ignored))
  return {drafts, unknown: unit.isTemplate ? [] : unknownOf(context, doubts), ignored, prediction}
}

function weighed(trouble: Trouble, {lowered, failed}: Standing): Trouble {
  const {level, command, reference} = trouble
  if (level < 1) return trouble
  // A failure of such a command is of no account to systemd.
  const ignoresFailure = command.prefixes.includes('-') ? 1 : 0
  const proven = failed && level === 2 && reference.state === 'unset' && command.directive === 'ExecStart' ? 1 : 0
  const weight = level + proven - ignoresFailure
  return {
    ...trouble,
    level: Math.max(1, weight - lowered),
    lowered: lowered > 0 && Math.min(weight, 3) > weight - lowered,
  }
}

/** A variable that is not set because systemd ignores the line that was to set it. */
function withCause(draft: Draft, troubles: readonly Trouble[], ignored: readonly IgnoredAssignment[]): Draft {
  if (draft.quiet) return draft
  const unset = new Set(troubles.flatMap(({name, reference}) => (reference.state === 'unset' ? [name] : [])))
  const cause = ignored.find(({name}) => unset.has(bareName(name)))
  if (!cause) return draft
  return {
    ...draft,
    causedBy: {id: 'unit-environment/assignment-ignored', subject: {kind: 'file', name: cause.at.path}},
  }
}

/** Of one unit, whose gaps are told one by one. */
const MOST_FILES = 20

/** Names that are set to what nobody here can look up, and never to nothing. */
const ofLogin = new Set(['HOME', 'SHELL', 'USER', 'LOGNAME'])

function unknownOf({unit, prediction, sources}: UnitContext, doubts: readonly Doubt[]): Missing[] {
  const about = (found: Missing) => missing(found.input, found.reason, `${unit.name}: ${found.detail}`)
  // A file that is made when the unit runs tells nothing before.
  const open = prediction.unknowns.filter(
    ({reason, detail}) => reason !== 'absent' && !/^\/(?:var\/)?run\//.test(detail),
  )
  const unread = prediction.files
    .filter(({state, optional}) => state === 'unknown' && !optional)
    .slice(0, MOST_FILES)
    .flatMap(({path}) => open.filter(({detail}) => detail.includes(path)))
  const programs = doubts.flatMap(({about: what, reader: {program}}) =>
    what === 'program' && program?.status === 'missing' ? [program] : [],
  )
  const variables = doubts.filter(({about: what, name}) => what === 'variable' && !ofLogin.has(name))
  const passed = variables.length > 0 && prediction.unknowns.length === 0
  return [...unread, ...programs, ...(variables.length > 0 ? open : []), ...(passed ? [initMissing(sources)] : [])].map(
    about,
  )
}

/** PassEnvironment= copies what PID 1 has, and that is not known. */
function initMissing({missing: inputs = []}: EnvironmentSources): Missing {
  const detail = 'PassEnvironment= copies what PID 1 has in its environment'
  return inputs.find(({input}) => input === 'init-environ') ?? missing('init-environ', 'unsupported', detail)
}
