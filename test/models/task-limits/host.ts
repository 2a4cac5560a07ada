import fc from 'fast-check'
import type {Kernel} from '../../../src/facts/kernel.js'
import type {Process, ProcessTable} from '../../../src/facts/processes.js'
import {INITIAL_USERNS, type UserNamespace, type UserNamespaces} from '../../../src/facts/user-namespaces.js'
import {countTasks, type TaskCounts} from '../../../src/models/task-limits/counts.js'

export const linux518: Kernel = {release: '5.18.0', major: 5, minor: 18}
export const linux510: Kernel = {release: '5.10.0-8-amd64', major: 5, minor: 10}

export interface Task {
  readonly uid: number
  readonly userns?: string | null
  readonly tasks?: number
  readonly byUid?: readonly (readonly [uid: number, tasks: number])[]
  readonly limit?: number | null
  readonly start?: number
}

export function tableOf(tasks: readonly Task[], sees: Partial<ProcessTable['sees']> = {}): ProcessTable {
  const processes = tasks.map(processOf)
  return {
    processes,
    byPid: new Map(processes.map((process) => [process.pid, process])),
    observer: {uid: 0, ns: {}},
    sees: {initialUserns: true, initialPidns: true, allProcesses: true, ...sees},
  }
}

function processOf({uid, userns, tasks = 1, byUid, limit = 1000, start = 5}: Task, index: number): Process {
  const tasksByUid = new Map(byUid ?? [[uid, tasks]])
  return {
    pid: 100 + index,
    ppid: 1,
    comm: 'task',
    state: 'S',
    realUid: uid,
    effectiveUid: uid,
    realGid: uid,
    tasks: [...tasksByUid.values()].reduce((sum, each) => sum + each, 0),
    tasksByUid,
    nspid: [100 + index],
    capEff: 0n,
    ns: {},
    userns: userns === undefined ? INITIAL_USERNS : userns,
    cgroups: [],
    nproc: limit === null ? null : {soft: limit, hard: limit},
    startTicks: BigInt(start),
    kernelThread: false,
  }
}

/** `[ino, parent, owner]`; null: not known. */
export function namespacesOf(...made: readonly (readonly [string, string | null, number | null])[]): UserNamespaces {
  const base = {uidMap: null, gidMap: null, pid: 1}
  const initial: UserNamespace = {...base, ino: INITIAL_USERNS, parent: null, ownerUid: null, ownership: 'initial'}
  return new Map([
    [INITIAL_USERNS, initial],
    ...made.map(([ino, parent, ownerUid]): [string, UserNamespace] => {
      return [ino, {...base, ino, parent, ownerUid, ownership: parent === null ? 'unknown' : 'known'}]
    }),
  ])
}

/** root made `r`, UID 7 made `s`, UID 8 of `s` made `t` in it; nobody knows who made `u`. */
export const namespaces = namespacesOf(
  ['r', INITIAL_USERNS, 0],
  ['s', INITIAL_USERNS, 7],
  ['t', 's', 8],
  ['u', null, null],
)

export function countsOf(
  tasks: readonly Task[],
  kernel = linux518,
  sees: Partial<ProcessTable['sees']> = {},
): TaskCounts {
  return countTasks(tableOf(tasks, sees), namespaces, kernel)
}

const usernsArbitrary = fc.constantFrom(INITIAL_USERNS, 'r', 's', 't', 'u', null)
export const uidArbitrary = fc.constantFrom(0, 7, 8, 9)
export const taskArbitrary: fc.Arbitrary<Task> = fc.record({
  uid: uidArbitrary,
  userns: usernsArbitrary,
  tasks: fc.integer({min: 1, max: 4}),
  limit: fc.constantFrom(null, 0, 3, 10, Infinity),
  start: fc.integer({min: 0, max: 9}),
})
export const tasksArbitrary = fc.array(taskArbitrary, {maxLength: 12})
export const forkerArbitrary = fc.record({
  userns: usernsArbitrary,
  kuid: uidArbitrary,
  capEff: fc.constantFrom(0n, 1n << 21n, 1n << 24n, 1n << 7n),
  limit: fc.constantFrom(null, 0, 1, 3, 5, 12, 1000, Infinity),
})
export const kernelArbitrary = fc.constantFrom(linux518, linux510, {release: '5.15.0-91-generic', major: 5, minor: 15})
