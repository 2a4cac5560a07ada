import type {Evidence} from '../../model/finding.js'
import {commentedIn} from './commented.js'
import {bySource, type Draft, excerpt, placeText, severityOf, subjectOf} from './draft.js'
import {isShortOption, unique} from './names.js'
import {remediesOf} from './remedies.js'
import type {Rule} from './rules.js'
import type {Trouble} from './trouble.js'
import type {UnitContext} from './unit-context.js'
import {list, loweredWhy, outputHidden, wording} from './wording.js'

/** As many of one unit are told. */
const MOST = 50

/** One finding of all that one rule says about a unit. */
export function describe(rule: Rule, all: readonly Trouble[], context: UnitContext): Draft {
  const troubles = all.length <= MOST ? all : [...all].sort((a, b) => b.level - a.level).slice(0, MOST)
  const {unit, standing, prediction} = context
  const level = Math.max(...troubles.map((trouble) => trouble.level))
  const names = unique(troubles.map(({name}) => name))
  const unset = rule !== 'variable-wrong-phase' && troubles.some(({reference}) => reference.state === 'unset')
  const why = [
    whyOf(rule, troubles),
    ...(standing.because !== null && troubles.some(({lowered}) => lowered) ? [loweredWhy(standing.because)] : []),
  ].join(' ')
  const quiet = level < 1 ? {quiet: true as const} : {}
  return {
    rule,
    subject: subjectOf(unit.name),
    severity: severityOf(level),
    confidence: confidenceOf(rule, troubles),
    summary: summaryOf(rule, troubles, names, context),
    why,
    evidence: [
      ...bySource(troubles.map(quoted)),
      ...(unset ? whereItMightBeSet(context, names) : []),
      ...(level > 1 && standing.failed ? [stateOf(context)] : []),
      ...(level > 1 ? hiddenOutput(context) : []),
    ],
    remediation: remediesOf(rule, troubles, names, context),
    ...quiet,
  }

  function stateOf({units}: UnitContext): Evidence {
    const state = units.manager?.byName.get(unit.name)
    return {
      source: `systemctl show ${prediction.unit}`,
      excerpt: `ActiveState=${state?.activeState} Result=${state?.result}`,
    }
  }
}

function quoted({command, word, reference}: Trouble): Evidence {
  const about = `$${reference.form === 'braced' ? '{' : ''}${reference.name}`
  return {source: placeText(command.at), excerpt: `${command.directive}=… ${excerpt(word.text, about)}`}
}

function confidenceOf(rule: Rule, troubles: readonly Trouble[]): Draft['confidence'] {
  if (rule === 'variable-not-expanded')
    return troubles.every(({reader}) => reader.kind === 'binary') ? 'certain' : 'likely'
  return rule === 'optional-variable-unset' || rule === 'substitution-empty' ? 'likely' : 'certain'
}

function summaryOf(rule: Rule, troubles: readonly Trouble[], names: readonly string[], context: UnitContext): string {
  const unit = context.unit.name
  const one = names.length === 1
  const listed = list(names)
  const directive = list(unique(troubles.map(({command}) => command.directive)))
  switch (rule) {
    case 'variable-name-invalid': {
      const words = list(unique(troubles.map(({word, name}) => `“${excerpt(word.text, name)}”`)))
      return wording[rule].summary(unit, directive, words)
    }
    case 'variable-not-expanded': {
      const unset = troubles.filter(({reference: {state}}) => state !== 'set' && state !== 'empty')
      const unsetNames = unique(unset.map(({name}) => name))
      if (unset.length === 0) {
        const dollars = list(names.map((name) => `$${name}`))
        return troubles.some(({level}) => level > 1) || troubles.every(({reader}) => reader.kind === 'binary')
          ? wording[rule].set(unit, dollars)
          : wording[rule].perhaps(unit, dollars)
      }
      const files = commentedIn(context, unsetNames)
      if (unsetNames.every((name) => files.some(({names: found}) => found.includes(name)))) {
        return wording[rule].commented(
          unit,
          list(unsetNames),
          unsetNames.length === 1,
          list(files.map(({path}) => path)),
        )
      }
      const script = unset.some(({reader}) => reader.kind === 'script')
      return wording[rule].unset(unit, list(unsetNames), unsetNames.length === 1, script)
    }
    case 'substitution-empty': {
      const script = troubles.every(({reader}) => reader.kind === 'shell')
      const alone = troubles.every(({word, name}) => word.text === `\${${name}}`)
      const words = wording[rule]
      return (script ? words.inScript : alone ? words.alone : words.summary)(unit, listed, one)
    }
    case 'argument-dropped': {
      const [trouble] = troubles
      const option = trouble && optionBefore(trouble)
      return troubles.length === 1 && trouble && trouble.level >= 3 && option
        ? wording[rule].after(unit, listed, option)
        : wording[rule].summary(unit, listed, one)
    }
    case 'shell-variable-eaten':
      return wording[rule].summary(unit, directive, list(names.map((name) => `\${${name}}`)))
    case 'variable-wrong-phase':
      return wording[rule].summary(unit, directive, listed)
    default:
      return wording['optional-variable-unset'].summary(unit, listed, one)
  }
}

function optionBefore({command, word}: Trouble): string | null {
  const before = command.words[command.words.indexOf(word) - 1]?.text ?? ''
  return isShortOption(before) || /^--?[a-z][\w-]*$/i.test(before) ? before : null
}

function whyOf(rule: Rule, troubles: readonly Trouble[]): string {
  const names = list(unique(troubles.map(({name}) => `“${excerpt(name, name)}”`)))
  switch (rule) {
    case 'variable-name-invalid':
      return troubles.some(({reference: {form}}) => form === 'whole')
        ? wording[rule].why(names)
        : wording[rule].whyBraced(names)
    case 'variable-not-expanded': {
      const script = troubles.find(({reader}) => reader.kind === 'script')?.reader.program
      const path = script && script.status !== 'missing' ? script.path : null
      return path === null ? wording[rule].why : `${wording[rule].why} ${wording[rule].whyScript(path)}`
    }
    case 'substitution-empty':
    case 'argument-dropped':
    case 'shell-variable-eaten':
    case 'variable-wrong-phase':
      return wording[rule].why
    default:
      return wording['optional-variable-unset'].why
  }
}

/** Comments that would set the variables, and optional files that are not there. Values are never shown. */
function whereItMightBeSet(context: UnitContext, names: readonly string[]): Evidence[] {
  const commented = commentedIn(context, names).flatMap(({path, lines}) =>
    lines.map(({line, text}) => ({source: `${path}:${line}`, excerpt: `${text.slice(0, text.indexOf('=') + 1)}...`})),
  )
  const absent = context.prediction.files
    .filter(({state, optional}) => state === 'failed' && optional)
    .map(({at, path, error}) => ({source: placeText(at), excerpt: `EnvironmentFile=-${path}: ${error}`}))
  return [...commented, ...absent]
}

function hiddenOutput({unit}: UnitContext): Evidence[] {
  return ['StandardOutput', 'StandardError'].flatMap((key) => {
    const last = unit.assignments.findLast((each) => each.section === 'Service' && each.key === key)
    if (last?.value !== 'null') return []
    return [{source: `${last.path}:${last.line}`, excerpt: `${key}=null\n${outputHidden}`}]
  })
}
