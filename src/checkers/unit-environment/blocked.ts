import type {EnvironmentFile} from '../../models/systemd/exec/prediction.js'
import {type Draft, excerpt, placeText, severityOf, subjectOf} from './draft.js'
import {changeSettings, manual} from './edits.js'
import {takeEffect, type UnitContext} from './unit-context.js'
import {list, loweredWhy, wording} from './wording.js'

/** As many of one unit are told. */
const MOST = 8

/** A mandatory environment file that systemd cannot load: no command of the unit is ever run. */
export function missingFile(context: UnitContext): Draft | null {
  const {unit, prediction, standing} = context
  const failed = prediction.files.filter(
    ({state, optional, path}) => state === 'failed' && !optional && !isCondition(context, path),
  )
  const [first] = failed
  const places = new Set(failed.map(({at}) => placeText(at)))
  if (!first || unit.isTemplate || prediction.commands.length === 0) return null
  const words = wording['environment-file-missing']
  const error = first.error ?? ''
  const absent = error === 'No such file or directory'
  const maker = absent ? namedBy(context, first.path) : null
  const isText = first.error === 'Invalid argument'
  return {
    rule: 'environment-file-missing',
    subject: subjectOf(unit.name),
    severity: severityOf(3 - standing.lowered - (maker ? 1 : 0)),
    confidence: maker ? 'possible' : 'certain',
    summary: absent ? words.missing(unit.name, first.path) : words.failed(unit.name, first.path, error),
    why: `${words.why(error)}${isText ? ` ${words.whyUtf8}` : ''}${maker ? ` ${words.maker(maker)}` : ''}${lowered(context)}`,
    evidence: failed.slice(0, MOST).map((file) => ({
      source: placeText(file.at),
      excerpt: `EnvironmentFile=${file.path}: ${file.error}`,
    })),
    remediation: [
      manual(remedyTitle(first, absent)),
      ...changeSettings(`Or let ${unit.name} start without it`, unit, ['EnvironmentFile'], (text, place) =>
        places.has(placeText(place)) ? withMinus(text) : text,
      ),
    ],
  }
}

/** Another unit has a command about that file: it may make it. */
function namedBy({unit, units}: UnitContext, path: string): string | null {
  const maker = units.units.find(
    ({name, assignments}) =>
      name !== unit.name && assignments.some(({key, value}) => /^Exec[A-Z]/.test(key) && value.includes(path)),
  )
  return maker?.name ?? null
}

function remedyTitle({path, error}: EnvironmentFile, absent: boolean): string {
  if (absent) return `Create ${path}, or install the package that brings it`
  if (error === 'Is a directory') return `Name a file instead of the directory ${path}`
  if (error === 'Invalid argument') return `Save ${path} as UTF-8`
  return `Make ${path} a file that can be read`
}

function withMinus(text: string): string {
  return text.replace(/^(\s*EnvironmentFile\s*=\s*)?(?=\/)/, (key) => `${key}-`)
}

/** `ConditionPathExists=` of the very file: without it the unit is not to start. */
function isCondition({unit}: UnitContext, path: string): boolean {
  return unit.assignments.some(
    ({section, key, value}) =>
      section === 'Unit' && /^(?:Condition|Assert)(?:Path|File)/.test(key) && value.replace(/^\|/, '') === path,
  )
}

/** `${BIN} x`, `$BIN/x`: the first word of a command is never expanded. */
export function executableVariable(context: UnitContext): Draft | null {
  const {unit, prediction, sources, standing} = context
  const found = prediction.commands
    .filter(({path}) => path.includes('$') && !isThere(sources.program(path).status))
    .map(({directive, at, path}) => ({directive, at, path}))
  const refused = prediction.loadError?.at ?? null
  const line = unit.assignments.find(
    ({path, line: at, key}) => path === refused?.path && at === refused.line && key.startsWith('Exec'),
  )
  const word = line ? /^[-@:+!|]*([^\s]*\$\S*)/.exec(line.value)?.[1] : undefined
  if (line && word !== undefined) found.push({directive: line.key, at: {path: line.path, line: line.line}, path: word})
  const [first] = found
  if (!first) return null
  const words = wording['executable-variable']
  const here = new Set(found.map(({at}) => placeText(at)))
  const names = [...new Set(found.flatMap(({path}) => path.match(/\$\{?[A-Za-z_]\w*\}?/g) ?? []))]
  const main = /^ExecStart(?:Pre)?$|^ExecCondition$/.test(first.directive)
  return {
    rule: 'executable-variable',
    subject: subjectOf(unit.name),
    severity: severityOf((main ? 3 : 2) - standing.lowered),
    confidence: 'certain',
    summary: words.summary(unit.name, first.directive, list(names)),
    why: `${words.why}${lowered(context)}`,
    evidence: found
      .slice(0, MOST)
      .map(({directive, at, path}) => ({source: placeText(at), excerpt: `${directive}=${excerpt(path, '$')}`})),
    remediation: [
      manual('Write the path of the executable in full'),
      ...changeSettings(
        'Or have env(1) start it, whose arguments are expanded',
        unit,
        found.map(({directive}) => directive),
        (text, place) => (here.has(placeText(place)) ? startedByEnv(text) : text),
      ),
      ...takeEffect(context, true),
    ],
  }
}

function isThere(status: string): boolean {
  return status === 'script' || status === 'binary'
}

/** `ExecStart=-$BIN/x` -> `ExecStart=-/usr/bin/env ${BIN}/x`; with `@` argv[0] would get lost. */
function startedByEnv(text: string): string {
  return text.replace(
    /^(\s*Exec\w+\s*=\s*)?([-:+!]*)(?=[^\s@:|]*\$)\$?(\{?)([A-Za-z_]\w*)?(\}?)/,
    (whole, key = '', prefixes = '', _open, name = '') =>
      name === '' || prefixes.includes(':') ? whole : `${key}${prefixes}/usr/bin/env \${${name}}`,
  )
}

function lowered({standing: {because}}: UnitContext): string {
  return because === null ? '' : ` ${loweredWhy(because)}`
}
