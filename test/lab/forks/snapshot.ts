import {FactResolver} from '../../../src/engine/fact-resolver.js'
import type {Fact} from '../../../src/facts/define.js'
import type {Kernel} from '../../../src/facts/kernel.js'
import {kernelFact} from '../../../src/facts/kernel.js'
import {type PidsCgroups, pidsCgroupsFact} from '../../../src/facts/pids-cgroups.js'
import {type ProcessTable, processesFact} from '../../../src/facts/processes.js'
import {type UserNamespaces, userNamespacesFact} from '../../../src/facts/user-namespaces.js'
import {createLiveSource} from '../../../src/sources/live/index.js'

export interface Snapshot {
  readonly table: ProcessTable
  readonly namespaces: UserNamespaces
  readonly kernel: Kernel
  readonly cgroups: PidsCgroups
}

const TRIES = 10

/**
 * This host as `netdoctor check` reads it. Anything missing is an error here: the lab is to be seen
 * whole. The situations stand still, but other processes come and go, so it may take several looks.
 */
export async function takeSnapshot(): Promise<Snapshot> {
  for (let tries = 1; ; tries++) {
    try {
      return await look()
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}

async function look(): Promise<Snapshot> {
  const resolver = new FactResolver(createLiveSource({timeoutMs: 30_000}))
  const [table, namespaces, kernel, cgroups] = await Promise.all([
    resolver.get(processesFact) as Promise<Fact<ProcessTable>>,
    resolver.get(userNamespacesFact) as Promise<Fact<UserNamespaces>>,
    resolver.get(kernelFact) as Promise<Fact<Kernel>>,
    resolver.get(pidsCgroupsFact) as Promise<Fact<PidsCgroups>>,
  ])
  return {table: whole(table), namespaces: whole(namespaces), kernel: whole(kernel), cgroups: whole(cgroups)}
}

function whole<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(`not known: ${JSON.stringify(fact.missing)}`)
  // A namespace whose processes are all in namespaces below it has no process to read its map through.
  const gaps = fact.gaps.filter((gap) => !gap.detail.startsWith('ID maps of user namespace'))
  if (gaps.length > 0) throw new Error(`gaps: ${JSON.stringify(gaps)}`)
  return fact.value
}
