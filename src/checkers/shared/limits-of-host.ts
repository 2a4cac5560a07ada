import type {Fact} from '../../facts/define.js'
import type {Services} from '../../facts/services.js'
import type {StartInputs} from '../../models/limited-tasks/starts.js'
import {type LimitedTaskInputs, type LimitedTasks, limitedTasks} from '../../models/limited-tasks/verdicts.js'

/** Where limits are set: none of these has to be known for the others to be judged. */
type Settings = {readonly [Name in 'services' | 'avahi' | 'pamLimits']: Fact<StartInputs[Name]>}
type HostFacts = Omit<LimitedTaskInputs, keyof Settings> & Settings

/** Who is limited in its tasks, and by whose, as far as the limits are known. The engine tells what is missing. */
export function limitsOfHost({services, avahi, pamLimits, ...facts}: HostFacts): LimitedTasks {
  return limitedTasks({
    ...facts,
    services: services.known ? services.value : noServices,
    avahi: avahi.known ? avahi.value : null,
    pamLimits: pamLimits.known ? pamLimits.value : [],
  })
}

const noServices: Services = {
  services: [],
  byName: new Map(),
  defaultLimitNproc: null,
  defaultTasksMax: null,
  slices: new Map(),
}
