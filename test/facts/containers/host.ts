import type {Containers} from '../../../src/facts/containers.js'
import {containersFact} from '../../../src/facts/containers.js'
import type {Fact} from '../../../src/facts/define.js'
import type {Collected} from '../../../src/sources/collected.js'
import type {
  ContainerMountsRecord,
  EngineRecord,
  ProcessRecord,
  UserNamespaceRecord,
} from '../../../src/sources/records.js'
import {derive} from '../derive.js'

const hostNs = {
  user: '4026531837',
  pid: '4026531836',
  mnt: '4026531832',
  net: '1',
  ipc: '2',
  uts: '3',
  cgroup: '4',
}

/** A process record; by default of the host, of root. */
export function process(pid: number, fields: Partial<ProcessRecord> & {readonly uidOf?: number} = {}): ProcessRecord {
  const {uidOf = 0, ...rest} = fields
  return {
    t: 'process',
    pid,
    ppid: 1,
    comm: 'sleep',
    state: 'S',
    uid: [uidOf, uidOf, uidOf, uidOf],
    gid: [0, 0, 0, 0],
    threads: 1,
    nspid: [pid],
    capEff: '0',
    cgroup: '0::/\n',
    nproc: ['1000', '1000'],
    start: String(pid),
    ...rest,
    ns: {...hostNs, ...rest.ns},
  }
}

/** A process in PID and mount namespace `n`; its first one if `inside` is 1. */
export function inside(pid: number, n: number, fields: Parameters<typeof process>[1] = {}, inner = 1): ProcessRecord {
  return process(pid, {nspid: [pid, inner], ...fields, ns: {pid: `${n}0`, mnt: `${n}1`, ...fields.ns}})
}

export interface Made {
  readonly processes: readonly ProcessRecord[]
  readonly namespaces?: readonly UserNamespaceRecord[]
  readonly engines?: readonly EngineRecord[] | Collected
  /** Mount namespaces with a root of their own; each has the account `es`. */
  readonly roots?: readonly string[] | Collected
  /** The input `container-mounts`; absent unless given. */
  readonly mounts?: readonly ContainerMountsRecord[] | Collected
}

export function containersOf({
  processes,
  namespaces = [],
  engines = [],
  roots = [],
  mounts,
}: Made): Promise<Fact<Containers>> {
  const observer = {t: 'observer', ns: hostNs, uid: 0, capEff: '1ffffffffff', hidepid: '0'}
  const end = {t: 'end', processes: processes.length, vanished: 0, unread: []}
  const lines = (records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
  return derive(containersFact, {
    processes: lines([observer, ...processes, end]),
    'user-namespaces': lines(namespaces),
    'container-engines': isList(engines) ? JSON.stringify(engines) : engines,
    'container-accounts': isList(roots)
      ? lines(
          roots.map((mnt) => ({
            mnt,
            pid: 1,
            passwd: {text: 'es:x:102:102::/:/bin/sh\n'},
            group: {reason: 'absent', detail: 'none'},
          })),
        )
      : roots,
    ...(mounts === undefined ? {} : {'container-mounts': isList(mounts) ? lines(mounts) : mounts}),
  })
}

function isList(value: readonly unknown[] | Collected): value is readonly unknown[] {
  return Array.isArray(value)
}
