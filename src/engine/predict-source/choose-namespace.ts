import type {Fact} from '../../facts/define.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {Networks} from '../../facts/network.js'
import type {ProcessTable} from '../../facts/processes.js'
import type {Missing} from '../../model/missing.js'
import {UserError} from '../../model/user-error.js'
import {nearest} from '../nearest.js'

/** The namespace that was asked about, or why it is not known. */
export type Chosen = {readonly network: NetworkNamespace} | {readonly unknowns: readonly string[]}

export interface NamespaceFacts {
  readonly networks: Fact<Networks>
  readonly processes: Fact<ProcessTable>
  /** Their names are in `networks` already; here, whether they are all known. */
  readonly containers: Fact<unknown>
}

/** netdoctor's own. */
export function ownNamespace(own: Fact<NetworkNamespace>): Chosen {
  return own.known ? {network: own.value} : {unknowns: detailsOf(own.missing)}
}

/**
 * `NAME` of /run/netns, `pid:N`, or a container's name. Throws a UserError if there is no such thing, and what could not
 * be looked into cannot be it.
 */
export function namedNamespace(name: string, {networks, processes, containers}: NamespaceFacts): Chosen {
  if (!networks.known) return {unknowns: detailsOf(networks.missing)}
  const {own, others} = networks.value
  const all = [own, ...others]
  if (name.startsWith('pid:')) return byProcess(name, all, networks.gaps, processes)
  const network =
    all.find(({names}) => names.includes(name)) ?? all.find(({containers}) => containers?.includes(name) ?? false)
  if (network) return {network}
  const unseen = [...unseenIn(networks.gaps), ...detailsOf(containers.known ? containers.gaps : containers.missing)]
  if (unseen.length > 0) return {unknowns: [`no network namespace or container ${name} was found`, ...new Set(unseen)]}
  const names = all.flatMap(({names, containers = []}) => [...names, ...containers])
  const like = nearest(name, names)
  throw new UserError(`There is no network namespace or container ${name}.`, {
    suggestions:
      like.length > 0
        ? [`Do you mean ${like.join(', ')}?`]
        : ['Names are those of ip netns; a process: --netns pid:1234'],
  })
}

function byProcess(
  name: string,
  all: readonly NetworkNamespace[],
  gaps: readonly Missing[],
  processes: Fact<ProcessTable>,
): Chosen {
  const pid = /^pid:(\d{1,10})$/.exec(name)?.[1]
  if (pid === undefined) throw new UserError(`--netns takes a name or pid:NUMBER, not "${name}".`)
  if (!processes.known) return {unknowns: detailsOf(processes.missing)}
  const process = processes.value.byPid.get(Number(pid))
  if (!process) {
    if (processes.gaps.length > 0) return {unknowns: [`process ${pid} was not seen`, ...detailsOf(processes.gaps)]}
    throw new UserError(`There is no process ${pid}.`)
  }
  const inode = process.ns.net
  if (inode === undefined) return {unknowns: [`the network namespace of process ${pid} could not be seen`]}
  const network = all.find((each) => String(each.inode) === inode)
  return network
    ? {network}
    : {unknowns: [`the network namespace of process ${pid} could not be looked into`, ...unseenIn(gaps)]}
}

/** Namespaces that were not looked into, not what is missing within one. */
function unseenIn(gaps: readonly Missing[]): string[] {
  return detailsOf(gaps.filter(({input}) => input === 'network-namespaces' || input === 'processes'))
}

function detailsOf(missing: readonly Missing[]): string[] {
  return missing.map(({detail}) => detail)
}
