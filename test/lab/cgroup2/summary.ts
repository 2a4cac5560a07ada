import {judge, type Verdict} from '../forks/run.js'
import type {NestedResult} from './run.js'

/** All that is needed to see, and to repeat, one case. */
export function describeNested(seed: number, result: NestedResult): string {
  const {situation, tree, prediction, counted, refusals, cgroupRoom} = result
  return [
    `${judge(result)}: npm run lab -- cgroup2 --seed ${seed} --only ${situation.index}`,
    `  predicted ${JSON.stringify(prediction)}, room in cgroups ${cgroupRoom}`,
    `  counted   ${JSON.stringify(counted)}, refusals ${JSON.stringify(refusals)}`,
    `  cgroups   ${JSON.stringify(tree)}`,
    `  situation ${JSON.stringify(situation)}`,
  ].join('\n')
}

export function summariseNested(results: readonly NestedResult[]): string {
  const verdicts: Record<Verdict, number> = {same: 0, guessed: 0, 'not-knowable': 0, different: 0}
  for (const result of results) verdicts[judge(result)]++
  const count = (is: (result: NestedResult) => boolean) => results.filter(is).length
  const byCgroup = (result: NestedResult) => result.refusals.some(({refused}) => refused !== null && refused > 0)
  const ancestor = (result: NestedResult) => byCgroup(result) && result.tree.limits.at(-1) === null
  return [
    `${results.length} situations: ${verdicts.same} predicted with certainty and so it was,`,
    `${verdicts.guessed} predicted as a guess that proved right, ${verdicts['not-knowable']} not knowable,`,
    `${verdicts.different} different.`,
    `Refused: ${count(({counted}) => counted.errno === 11)}, by a pids cgroup: ${count(byCgroup)}`,
    `(its own without a limit: ${count(ancestor)}), at execve(): ${count(({counted}) => counted.step === 'exec')};`,
    `without any cgroup limit: ${count(({cgroupRoom}) => cgroupRoom === Number.POSITIVE_INFINITY)};`,
    `more tasks than a limit: ${count(({above}) => above)};`,
    `innermost without the controller: ${count(({tree}) => !tree.innermostCounts)};`,
    `threads in it: ${count(({tree}) => tree.crowds.some(({threads}) => threads > 0))};`,
    `prober in a user namespace: ${count(({situation}) => situation.prober.ns !== 'init')}.`,
  ].join(' ')
}
