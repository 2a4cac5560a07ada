import type {Account, Group, HostAccounts} from '../../src/facts/accounts.js'
import type {Container, Containers} from '../../src/facts/containers.js'
import type {NamespaceIds, Process, ProcessTable} from '../../src/facts/processes.js'
import {INITIAL_PIDNS, INITIAL_USERNS} from '../../src/facts/user-namespaces.js'

/** Facts of a made-up host, for tests of what is made from facts. */

export const hostNs: NamespaceIds = {user: INITIAL_USERNS, pid: INITIAL_PIDNS, ipc: '4026531839', mnt: '4026531841'}

export function process(given: Partial<Process> & Pick<Process, 'pid'>): Process {
  const realUid = given.realUid ?? 0
  return {
    ppid: 1,
    comm: `p${given.pid}`,
    state: 'S',
    realUid,
    effectiveUid: realUid,
    realGid: realUid,
    tasks: 1,
    tasksByUid: new Map([[realUid, given.tasks ?? 1]]),
    nspid: [given.pid],
    capEff: 0n,
    ns: hostNs,
    userns: INITIAL_USERNS,
    cgroups: [],
    nproc: {soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY},
    startTicks: BigInt(given.pid),
    kernelThread: false,
    ...given,
  }
}

export function table(processes: readonly Process[]): ProcessTable {
  return {
    processes,
    byPid: new Map(processes.map((one) => [one.pid, one])),
    observer: {uid: 0, ns: hostNs},
    sees: {initialUserns: true, initialPidns: true, allProcesses: true},
  }
}

export function container(given: Partial<Container> & Pick<Container, 'name' | 'processes'>): Container {
  return {
    id: given.name,
    runtime: 'docker',
    seenBy: ['kernel', 'api'],
    endpoint: 'unix:///run/docker.sock',
    image: null,
    initPid: given.processes[0]?.pid ?? 0,
    userns: INITIAL_USERNS,
    usernsOfItsOwn: false,
    uidMap: null,
    gidMap: null,
    creatorUid: null,
    ns: {...hostNs, pid: '4026532001', ipc: '4026532002', mnt: '4026532003'},
    accounts: [],
    groups: [],
    mounts: [],
    mountsSeenBy: 'api',
    nprocUlimit: null,
    pidsLimit: null,
    privileged: false,
    restartPolicy: null,
    ...given,
  }
}

export function containers(...all: readonly Container[]): Containers {
  return {containers: all, engines: [], hostNs}
}

export function account(name: string, uid: number, given: Partial<Account> = {}): Account {
  return {name, uid, gid: uid, home: '/nonexistent', shell: '/usr/sbin/nologin', ...given}
}

export function hostAccounts(accounts: readonly Account[], groups: readonly Group[] = []): HostAccounts {
  const byUid = new Map<number, Account[]>()
  for (const one of accounts) byUid.set(one.uid, [...(byUid.get(one.uid) ?? []), one])
  return {
    accounts,
    groups,
    byUid,
    byName: new Map(accounts.map((one) => [one.name, one])),
    groupsByGid: new Map(groups.map((one) => [one.gid, [one]])),
    otherServices: [],
    sysUidMax: 999,
  }
}
