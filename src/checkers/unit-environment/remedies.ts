import type {Remediation} from '../../model/finding.js'
import {commentedIn} from './commented.js'
import {excerpt} from './draft.js'
import {changeSettings, inBraces, leftToShell, manual, uncomment} from './edits.js'
import {ignoredOf} from './ignored.js'
import {bareName, unique} from './names.js'
import type {Rule} from './rules.js'
import type {Trouble} from './trouble.js'
import {takeEffect, type UnitContext} from './unit-context.js'
import {list} from './wording.js'

/** What to do about all that one rule says about a unit. */
export function remediesOf(
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
