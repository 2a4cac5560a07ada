import {type Missing, missing} from '../../model/missing.js'
import type {EngineContainerRecord, EngineRecord} from '../../sources/records.js'
import type {Container, Engine} from '../containers.js'
import type {ProcessTable} from '../processes.js'
import type {UserNamespaces} from '../user-namespaces.js'
import type {ContainerAccounts} from './account-records.js'
import {describe, fromKernel, withEngine, withoutProcesses} from './container.js'
import type {ContainerMounts} from './mount-records.js'
import type {Group} from './nesting.js'

export interface Surroundings {
  readonly table: ProcessTable
  readonly namespaces: UserNamespaces | null
  readonly accounts: ContainerAccounts
  readonly mounts: ContainerMounts
}

export interface Joined {
  readonly containers: readonly Container[]
  readonly engines: readonly Engine[]
  readonly gaps: readonly Missing[]
}

/** One entry for each container, whoever saw it: by its first process, else by its ID in the cgroup path. */
export function joinViews(groups: readonly Group[], records: readonly EngineRecord[], around: Surroundings): Joined {
  const byInit = new Map(groups.map((group) => [group.init.pid, group]))
  const byId = new Map(groups.flatMap((group) => (idOf(group) === null ? [] : [[idOf(group), group] as const])))
  const containers = new Map(groups.map((group) => [group, fromKernel(group, around)]))
  const waiting: Container[] = []
  const engines: Engine[] = []
  const gaps: Missing[] = []

  for (const record of records) {
    if (!record.answered) {
      // Where nothing listens there is no engine to know something.
      const {reason = 'invalid', detail = ''} = record
      if (reason !== 'absent') gaps.push(missing('container-engines', reason, `${record.endpoint}: ${detail}`))
      continue
    }
    const engine = toEngine(record)
    engines.push(engine)
    const unseen: EngineContainerRecord[] = []
    for (const answer of record.containers ?? []) {
      const group = groupFor(answer)
      const container = group && containers.get(group)
      if (group && container) containers.set(group, withEngine(container, engine, answer))
      else if (answer.pid === 0) waiting.push(withoutProcesses(engine, answer))
      else unseen.push(answer)
    }
    gaps.push(...gapsOf(record), ...gapOfUnseen(engine, unseen))
  }
  return {containers: unique([...containers.values(), ...waiting]), engines, gaps}

  function groupFor({id, pid}: EngineContainerRecord): Group | undefined {
    const group = pid === 0 ? undefined : byInit.get(pid)
    // An engine of another host, or another PID namespace, has PIDs that mean someone else here.
    const contradicted = group !== undefined && idOf(group) !== null && idOf(group) !== id
    return group !== undefined && !contradicted ? group : byId.get(id)
  }
}

/** The ID that the cgroup path of a group holds. */
function idOf(group: Group): string | null {
  return group.markers.at(-1)?.id ?? null
}

function toEngine(record: EngineRecord): Engine {
  return {
    endpoint: record.endpoint,
    product: record.product ?? 'unknown',
    version: record.version ?? '',
    rootless: record.rootless ?? false,
    usernsRemap: record.usernsRemap ?? false,
  }
}

function gapsOf({endpoint, gaps = []}: EngineRecord): Missing[] {
  return gaps.map(({what, reason, detail}) => missing('container-engines', reason, `${endpoint}: ${what}: ${detail}`))
}

function gapOfUnseen({endpoint}: Engine, unseen: readonly EngineContainerRecord[]): Missing[] {
  const [first, ...others] = unseen
  if (!first) return []
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const detail = `${endpoint}: container ${first.name} (PID ${first.pid})${more} is not among the processes seen here`
  return [missing('container-engines', 'unsupported', detail)]
}

/** IDs and names tell containers apart; two engines may use one name, so those get more said. */
function unique(containers: readonly Container[]): Container[] {
  const ids = new Set<string>()
  const names = new Map<string, number>()
  for (const {name} of containers) names.set(name, (names.get(name) ?? 0) + 1)
  return containers.map((container) => {
    const {id, initPid, name} = container
    const free = ids.has(id) ? `${id} (pid ${initPid})` : id
    ids.add(free)
    return {...container, id: free, name: names.get(name) === 1 ? name : describe(name, container)}
  })
}
