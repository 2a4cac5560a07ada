import type {Container, Containers} from '../../facts/containers.js'
import type {Process} from '../../facts/processes.js'
import {ownIdentity} from '../shared/container-remedies.js'
import type {Hazard, Unseen} from './hazard.js'
import {listed} from './lists.js'
import type {Sharing} from './shared-ids.js'
import {wording} from './wording.js'

const words = wording['shared-signal']

/**
 * Who may signal whom. The UID decides only between processes that can name each other, and a PID
 * namespace shows its own processes and those of its descendants: the host always sees the container.
 */
export function signalHazards(sharing: Sharing, {hostNs}: Containers, ptraceScope: number | null): (Hazard | Unseen)[] {
  const {container} = sharing
  const seesHost = seesProcessesOfHost(container, hostNs)
  return sharing.ids.flatMap((id): (Hazard | Unseen)[] => {
    const targets = id.hostProcesses.filter((process) =>
      seesHost === false
        ? id.containerProcesses.some((target) => maySignal(process, target))
        : id.containerProcesses.some((by) => maySignal(by, process)),
    )
    if (targets.length === 0) return []
    if (seesHost === null) {
      return [{container, unseen: 'PID namespace', input: 'processes', reason: 'denied'}]
    }
    const comms = listed([...new Set(targets.map(({comm}) => comm))])
    const trace =
      seesHost && targets.some((target) => id.containerProcesses.some((by) => mayTrace(by, target, ptraceScope)))
    return [
      {
        rule: 'shared-signal',
        container,
        severity: seesHost ? 'warning' : 'notice',
        confidence: 'certain',
        summary: seesHost
          ? words.both(container.name, id.kuid, comms, trace)
          : words.hostOnly(`container ${container.name}`, id.kuid, comms),
        ...(seesHost ? {} : {replicas: (names: string) => words.hostOnly(names, id.kuid, comms)}),
        why: seesHost ? words.bothWhy : words.hostOnlyWhy,
        evidence: [
          ...targets.slice(0, 3).map(statusOf),
          ...id.containerProcesses.slice(0, 2).map(statusOf),
          {
            source: `/proc/${container.initPid}/ns/pid`,
            excerpt: `pid:[${container.ns.pid ?? 'not known'}], the host's is pid:[${hostNs.pid ?? 'not known'}]`,
          },
        ],
        remediation: ownIdentity(container, id.kuid),
      },
    ]
  })
}

/** Whether it is in the PID namespace of the host; null: not known. */
function seesProcessesOfHost({ns, processes}: Container, hostNs: Containers['hostNs']): boolean | null {
  if (ns.pid !== undefined && hostNs.pid !== undefined) return ns.pid === hostNs.pid
  // NSpid of /proc/PID/status needs no permission: one number for each PID namespace, the host's first.
  const [first] = processes
  return first === undefined || first.nspid.length === 0 ? null : first.nspid.length === 1
}

/** kill_ok_by_cred() of kernel/signal.c, without its saved UIDs: those are not recorded. */
function maySignal(by: Process, target: Process): boolean {
  return by.realUid === target.realUid || by.effectiveUid === target.realUid
}

/**
 * __ptrace_may_access() and cap_ptrace_access_check(): all IDs equal, one user namespace, no more
 * capabilities than the tracer; and Yama, which from scope 1 on lets a process trace its descendants only.
 */
function mayTrace(by: Process, target: Process, ptraceScope: number | null): boolean {
  return (
    ptraceScope === 0 &&
    by.realUid === target.realUid &&
    by.realUid === target.effectiveUid &&
    by.realGid === target.realGid &&
    by.userns !== null &&
    by.userns === target.userns &&
    (target.capEff & ~by.capEff) === 0n
  )
}

function statusOf({pid, comm, realUid, effectiveUid}: Process): {source: string; excerpt: string} {
  return {source: `/proc/${pid}/status`, excerpt: `${comm}: real UID ${realUid}, effective UID ${effectiveUid}`}
}
