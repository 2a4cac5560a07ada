import type {Comparison, Difference} from './compare.js'
import type {LabFiles} from './files.js'
import {shown} from './files.js'
import {groupBy} from './group-by.js'

/** Differences of a unit with the files that are its own. */
export function describeDifferences(differences: readonly Difference[], files: LabFiles): string {
  return [...groupBy(differences, ({unit}) => unit)]
    .map(([unit, its]) => {
      const lines = its.map(({what, command, predicted, real}) => {
        return `  ${[what, command].filter((text) => text !== '').join(' of ')}\n    predicted ${shown(predicted)}\n    real      ${shown(real)}`
      })
      return [`${unit}:`, ...lines, ...filesOf(unit, files)].join('\n')
    })
    .join('\n\n')
}

/** Those that have the stem of its name in theirs: the unit, its drop-ins, its environment files. */
function filesOf(unit: string, files: LabFiles): string[] {
  const stem = /^(nd[a-z]*-[^.@]*)/.exec(unit)?.[1] ?? unit
  return Object.entries(files)
    .filter(([path]) => path.includes(`${stem}.`) || path.includes(`${stem}@`) || path.includes(`${stem}/`))
    .map(([path, content]) => `  --- ${path}\n${shown(content).replace(/^/gm, '  | ')}`)
}

export function summarise(release: string, version: number, all: readonly Comparison[]): string {
  const sum = (key: 'units' | 'commands' | 'running' | 'variables' | 'unset' | 'invalid' | 'blocked') => {
    return all.reduce((total, comparison) => total + comparison[key], 0)
  }
  const states = new Map<string, number>()
  for (const {loadStates} of all) {
    for (const [state, count] of Object.entries(loadStates)) states.set(state, (states.get(state) ?? 0) + count)
  }
  const differences = all.flatMap((comparison) => comparison.differences)
  const uncertain = all.flatMap((comparison) => comparison.uncertain)
  return [
    `${release} (systemd ${version}): ${sum('units')} units (${[...states].map(([state, count]) => `${count} ${state}`).join(', ')})`,
    `  ${sum('commands')} commands with ${sum('variables')} variables, ${sum('unset')} names unset, ${sum('invalid')} invalid`,
    `  ${sum('running')} of the commands depend on what only a running system has`,
    `  ${sum('blocked')} units blocked by an environment file, ${uncertain.length} of which the model is not certain`,
    ...[...new Set(uncertain.map((text) => text.replace(/^\S+: /, '')))].map((text) => `    ${text}`),
    `  ${differences.length} differences${differences.length === 0 ? '' : ` in ${new Set(differences.map(({unit}) => unit)).size} units`}`,
  ].join('\n')
}
