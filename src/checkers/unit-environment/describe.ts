import type {Evidence, Remediation} from '../../model/finding.js'
import {bySource, type Draft, excerpt, placeText, severityOf, subjectOf} from './draft.js'
import {changeSettings, inBraces, leftToShell, manual, uncomment} from './edits.js'
import {ignoredOf} from './ignored.js'
import {bareName, isShortOption} from './names.js'
import type {Rule} from './rules.js'
import type {Trouble} from './trouble.js'
import {takeEffect, type UnitContext} from './unit-context.js'
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
    whyOf(rule, troubles, context),
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

function whyOf(rule: Rule, troubles: readonly Trouble[], {sources: _sources}: UnitContext): string {
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

interface CommentedIn {
  readonly path: string
  readonly names: readonly string[]
  readonly lines: UnitContext['prediction']['files'][number]['commented']
}

/** Environment files with comments that would set these; of each name the first. */
function commentedIn({prediction}: UnitContext, names: readonly string[]): CommentedIn[] {
  const open = new Set(names)
  return prediction.files.flatMap(({path, commented}) => {
    const lines = commented.filter(({name}) => open.delete(name))
    return lines.length === 0 ? [] : [{path, lines, names: lines.map(({name}) => name)}]
  })
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

function remediesOf(
  rule: Rule,
  troubles: readonly Trouble[],
  names: readonly string[],
  context: UnitContext,
): Remediation[] {
  const {unit} = context
  const directives = troubles.map(({command}) => command.directive)
  const here = (path: string, line: number) => troubles.some(({command: {at}}) => at.path === path && at.line === line)
  const rewrite = (title: string, change: (text: string) => string): Remediation[] => {
    const edits = changeSettings(title, unit, directives, (text, {path, line}) =>
      here(path, line) ? change(text) : text,
    )
    return edits.length === 0 ? [] : [...edits, ...takeEffect(context, true)]
  }
  switch (rule) {
    case 'variable-name-invalid': {
      const parts = unique(names.flatMap((name) => /^([A-Za-z_]\w*)(?=[^\w\s])/.exec(name)?.[1] ?? []))
      const script = troubles.some(({reader}) => reader.kind === 'shell')
      if (script)
        return rewriteOr(
          rewrite('Leave the $ to the shell, by writing $$', (text) => doubled(text, names)),
          names,
        )
      return rewriteOr(
        rewrite('Put the name in braces', (text) => inBraces(text, parts)),
        names,
      )
    }
    case 'shell-variable-eaten':
      return rewriteOr(
        rewrite('Leave it to the shell, by writing $$', (text) => leftToShell(text, names)),
        names,
      )
    case 'variable-wrong-phase':
      return [manual(`Take ${list(names)} out of ${list(unique(directives))}=`)]
    case 'variable-not-expanded': {
      if (troubles.every(({level, reference: {state}}) => level < 2 && state === 'unset')) {
        const title = 'If a dollar sign is meant, say so by writing $$'
        return rewriteOr(
          rewrite(title, (text) => doubled(text, names)),
          names,
        )
      }
      const set = troubles.every(({reference: {state}}) => state === 'set' || state === 'empty')
      const braces = rewrite('Write it in braces, so that systemd expands it', (text) => inBraces(text, names))
      const needsBraces = troubles.some(({reader}) => reader.kind !== 'script')
      const unset = troubles.filter(({reference: {state}}) => state !== 'set' && state !== 'empty')
      return [
        ...(set
          ? []
          : [
              ...setThem(context, unique(unset.map(({name}) => name))),
              ...(needsBraces ? [] : takeEffect(context, false)),
            ]),
        ...(needsBraces || set ? braces : []),
      ]
    }
    default: {
      if (rule === 'optional-variable-unset') return []
      return [...setThem(context, names), ...takeEffect(context, false)]
    }
  }
}

function rewriteOr(edits: Remediation[], names: readonly string[]): Remediation[] {
  return edits.length > 0
    ? edits
    : [
        manual(
          `Write $$ where a $ is meant, and \${NAME} for a variable: ${list(names.map((name) => excerpt(name, name)))}`,
        ),
      ]
}

/** `'$CMD --foo'` -> `'$$CMD --foo'`. */
function doubled(text: string, names: readonly string[]): string {
  return names.reduce((changed, name) => {
    const at = changed.indexOf(`$${name.split(/[\s"'\\]/)[0]}`)
    return at < 0 || changed[at - 1] === '$' ? changed : `${changed.slice(0, at)}$${changed.slice(at)}`
  }, text)
}

/** Out of a comment where there is one, else in a file that the unit reads, else in a drop-in. */
function setThem(context: UnitContext, names: readonly string[]): Remediation[] {
  const {unit, prediction} = context
  const files = commentedIn(context, names)
  const edits = files.flatMap(({path, lines}) =>
    uncomment(path, lines, prediction.files.find((file) => file.path === path)?.commented ?? lines),
  )
  // What systemd ignores is told as the cause, with what to do about it.
  const ignored = new Set(ignoredOf(prediction).map(({name}) => bareName(name)))
  const rest = names.filter((name) => !ignored.has(name) && !files.some((file) => file.names.includes(name)))
  if (rest.length === 0) return edits
  const file = prediction.files.find(({path, state}) => state === 'read' && path.startsWith('/etc/'))
  const absent = prediction.files.find(({optional, path}) => optional && path.startsWith('/etc/'))
  const lines = list(rest.map((name) => `${name}=...`))
  const target = file ?? absent
  return [
    ...edits,
    manual(
      target
        ? `Set ${list(rest)} in ${target.path}${file ? '' : ', which is not there yet'}: ${lines}`
        : `Set ${list(rest)} with Environment= in a drop-in: systemctl edit ${unit.name}`,
    ),
  ]
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}
