import type {Finding} from '../../src/model/finding.js'
import type {Judgement} from './judge.js'

export interface Counts {
  readonly unitFiles: number
  readonly services: number
  readonly templates: number
  readonly commands: number
  /** EnvironmentFile= settings, by what came of them: `read`, `failed`, `missing, but optional`. */
  readonly environmentFiles: ReadonlyMap<string, number>
  /** `$NAME` and its like in Exec lines, by what they are: `whole set`, `braced unset`, `literal set`. */
  readonly references: ReadonlyMap<string, number>
}

export function countsOf({units, predictions}: Judgement): Counts {
  const loaded = units.units.filter(({fragmentPath}) => fragmentPath !== null)
  const commands = predictions.flatMap((one) => one.commands)
  return {
    unitFiles: loaded.length,
    services: loaded.filter(({type}) => type === 'service').length,
    templates: loaded.filter(({isTemplate}) => isTemplate).length,
    commands: commands.length,
    environmentFiles: tally(
      predictions.flatMap(({files}) =>
        files.map(({optional, state, error}) => `${optional ? 'optional' : 'mandatory'}: ${error ?? state}`),
      ),
    ),
    references: tally(
      commands.flatMap(({words}) =>
        words.flatMap(({references}) => references.map(({form, state}) => `${form} ${state}`)),
      ),
    ),
  }
}

/** Findings by `severity rule`. */
export function byRule(findings: readonly Finding[]): Map<string, number> {
  return tally(findings.map(({severity, id}) => `${severity} ${id}`))
}

export function tally(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of [...words].sort()) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

export function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${String(count).padStart(6)}  ${name}`).join('\n')
}

/** One finding with all that it says, so that it can be judged by hand. */
export function inFull(finding: Finding): string {
  const {severity, confidence, id, subject, summary, why, evidence, remediation} = finding
  return [
    `${severity} (${confidence}) ${id}: ${subject.kind} ${subject.name}`,
    `  ${summary}`,
    `  why: ${why}`,
    ...evidence.map(({source, excerpt}) => `  ${source}: ${excerpt.replaceAll('\n', '\n    ')}`),
    ...remediation.map(({title, argv, path, patch}) => {
      const what =
        argv?.join(' ') ?? (path === undefined ? '' : `${path}\n    ${(patch ?? '').replaceAll('\n', '\n    ')}`)
      return `  fix: ${title} ${what}`.trimEnd()
    }),
  ].join('\n')
}
