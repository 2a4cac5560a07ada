import type {Process, ProcessTable} from '../../../src/facts/processes.js'
import {INITIAL_USERNS, type UserNamespaces} from '../../../src/facts/user-namespaces.js'
import {countTasks, type TaskCounts} from '../../../src/models/task-limits/counts.js'
import {type Model, model} from './predict.js'
import type {Snapshot} from './snapshot.js'

/** A wrong idea of the kernel. The situations are worth something only if they tell it from the right one. */
export interface BrokenModel {
  readonly title: string
  count?(snapshot: Snapshot): TaskCounts
  readonly model?: Model
}

export const brokenModels: readonly BrokenModel[] = [
  {title: 'zombies do not count', count: withProcesses((process) => (process.state === 'Z' ? [] : [process]))},
  {
    title: 'processes count, threads do not',
    count: withProcesses((process) => [{...process, tasks: 1, tasksByUid: new Map([[process.realUid, 1]])}]),
  },
  {
    title: 'all threads have the UID of their leader',
    count: withProcesses((process) => [{...process, tasksByUid: new Map([[process.realUid, process.tasks]])}]),
  },
  {
    title: 'the effective UID counts',
    count: withProcesses((process) => [
      {...process, realUid: process.effectiveUid, tasksByUid: new Map([[process.effectiveUid, process.tasks]])},
    ]),
  },
  {
    title: 'user namespaces do not matter, as before Linux 5.14',
    count: ({table, namespaces}) => countTasks(table, namespaces, {release: '5.10.0', major: 5, minor: 10}),
  },
  {
    title: 'creators of user namespaces are not charged',
    count: withNamespaces((ino) => ({parent: INITIAL_USERNS, ownerUid: 0, ino})),
  },
  {
    title: 'the task in question does not count',
    model: {
      ...model,
      admitFork: (counts, forker) => model.admitFork(counts, {...forker, limit: plus(forker.limit, 1)}),
    },
  },
  {
    title: 'a task too many counts',
    model: {
      ...model,
      admitFork: (counts, forker) => model.admitFork(counts, {...forker, limit: plus(forker.limit, -1)}),
    },
  },
  {
    title: 'nobody is exempt by UID',
    model: {
      ...model,
      admitFork: (counts, forker) =>
        model.admitFork(counts, forker.kuid === 0 ? {...forker, kuid: 1, capEff: 0n} : forker),
    },
  },
  {
    title: 'capabilities exempt in every user namespace',
    model: {
      ...model,
      admitFork: (counts, forker) =>
        model.admitFork(counts, forker.capEff & (1n << 21n) ? {...forker, userns: INITIAL_USERNS} : forker),
    },
  },
  {
    title: 'capabilities exempt nobody',
    model: {...model, admitFork: (counts, forker) => model.admitFork(counts, {...forker, capEff: 0n})},
  },
  {
    title: 'a start fails at execve() from as many tasks as the limit on, as before Linux 5.14',
    model: {
      ...model,
      admitStart: (counts, start) =>
        model.admitStart({...counts, rules: {...counts.rules, execFailsFrom: {least: 0, most: 0}}}, start),
    },
  },
  {
    title: 'a start never fails at execve()',
    model: {...model, admitStart: (counts, start) => model.admitStart(counts, {...start, limitSet: 'after-setuid'})},
  },
]

function withProcesses(change: (process: Process) => Process[]): (snapshot: Snapshot) => TaskCounts {
  return ({table, namespaces, kernel}) => {
    const processes = table.processes.flatMap(change)
    const changed: ProcessTable = {...table, processes}
    return {...countTasks(changed, namespaces, kernel), table}
  }
}

function withNamespaces(
  change: (ino: string) => {readonly parent: string; readonly ownerUid: number; readonly ino: string},
): (snapshot: Snapshot) => TaskCounts {
  return ({table, namespaces, kernel}) => {
    const changed: UserNamespaces = new Map(
      [...namespaces].map(([ino, namespace]) => [
        ino,
        ino === INITIAL_USERNS ? namespace : {...namespace, ...change(ino), ownership: 'known'},
      ]),
    )
    return countTasks(table, changed, kernel)
  }
}

function plus(limit: number | null, more: number): number | null {
  return limit === null ? null : Math.max(0, limit + more)
}
