import {type CaseResult, judge, type Verdict} from './run.js'

/** All that is needed to see, and to repeat, one case. */
export function describeCase(seed: number, result: CaseResult): string {
  const {situation, prediction, counted, pid, snapshot} = result
  // Without Docker the same seed and number give another situation.
  const withoutDocker = situation.containers.length > 0 ? '' : ' --no-docker'
  const own = snapshot.table.byPid.get(pid)
  return [
    `${judge(result)}: npm run lab -- forks --seed ${seed} --only ${situation.index}${withoutDocker}`,
    `  predicted ${JSON.stringify(prediction, finite)}`,
    `  counted   ${JSON.stringify(counted)}`,
    `  prober    ${JSON.stringify({pid, uid: own?.realUid, userns: own?.userns, nproc: own?.nproc, caps: String(own?.capEff)})}`,
    `  situation ${JSON.stringify(situation)}`,
  ].join('\n')
}

export function summarise(results: readonly CaseResult[]): string {
  const verdicts: Record<Verdict, number> = {same: 0, guessed: 0, 'not-knowable': 0, different: 0}
  for (const result of results) verdicts[judge(result)]++
  const count = (is: (result: CaseResult) => boolean) => results.filter(is).length
  const refused = count(({counted}) => counted.errno === 11)
  return [
    `${results.length} situations: ${verdicts.same} predicted with certainty and so it was,`,
    `${verdicts.guessed} predicted as a guess that proved right,`,
    `${verdicts['not-knowable']} not knowable (a hidden limit was changed; within the bounds),`,
    `${verdicts.different} different.`,
    `Refused by the kernel: ${refused}, at execve(): ${count(({counted}) => counted.step === 'exec')};`,
    `exempt: ${count(({prediction}) => prediction.exempt !== null)};`,
    `in user namespaces: ${count(({situation}) => situation.prober.ns !== 'init')};`,
    `in pids cgroups: ${count(({situation}) => situation.cgroup !== null)};`,
    `with containers: ${count(({situation}) => situation.containers.length > 0)}.`,
  ].join(' ')
}

function finite(_: string, value: unknown): unknown {
  return value === Infinity ? 'unlimited' : value
}
