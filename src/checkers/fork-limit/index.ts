import {defineChecker} from '../../checker.js'
import {limitsOfHost} from '../shared/limits-of-host.js'
import {judgeFork} from './fork-blocked.js'
import {once} from './once.js'
import {judgeLog, judgeRefusals} from './past-failures.js'
import {cgroupNames, judgeCgroups} from './pids-cgroups.js'
import {rules} from './rules.js'
import {judgeStart} from './start-blocked.js'
import {suspectsOf} from './suspects.js'
import {judgeSystem} from './system-tasks.js'

export default defineChecker({
  id: 'fork-limit',
  title: 'Whether services and running processes can create the processes and threads they need',
  needs: ['processes', 'userNamespaces', 'kernel', 'containers', 'hostAccounts'],
  wants: ['services', 'avahi', 'pamLimits', 'systemTaskLimits', 'pidsCgroups', 'forkFailures'],
  rules,
  *check(facts) {
    const {processes, containers, hostAccounts} = facts
    const services = facts.services.known ? facts.services.value : null
    const verdicts = limitsOfHost(facts)
    for (const unknown of verdicts.unknowns) yield {unknown}
    yield* once(verdicts.starts.flatMap((verdict) => [...judgeStart(verdict)]))
    yield* once(verdicts.forks.flatMap((verdict) => [...judgeFork(verdict, hostAccounts)]))

    const system = facts.systemTaskLimits.known ? facts.systemTaskLimits.value : null
    if (system) yield* judgeSystem(system)
    const cgroups = facts.pidsCgroups.known ? facts.pidsCgroups.value : {version: null, byPath: new Map()}
    const nameOf = cgroupNames(cgroups, containers, processes)
    yield* judgeCgroups(cgroups, services, nameOf)
    yield* judgeRefusals(cgroups, nameOf)
    if (facts.forkFailures.known) {
      yield* judgeLog(facts.forkFailures.value, cgroups, nameOf, suspectsOf(verdicts, cgroups, system))
    }
  },
})
