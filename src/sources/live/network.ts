import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {askIp} from './network/ask-ip.js'
import {collectNamespaces} from './network/collect.js'
import {discoverNamespaces, mountPointsByInode, namesOf} from './network/discover.js'
import {type LiveNamespace, ownInode} from './network/namespace.js'
import type {ProbeContext} from './probe.js'

/** The network namespace that netdoctor runs in. */
export async function probeNetwork({timeoutMs}: Pick<ProbeContext, 'timeoutMs'>): Promise<Raw | Missing> {
  const deadline = performance.now() + timeoutMs
  const inode = ownInode()
  if (typeof inode !== 'string') return missing('network', inode.reason, inode.detail)
  const found = {namespaces: [ownNamespace(inode)], unseen: [], mayEnter: true}
  return collectNamespaces(found, askIp, {input: 'network', deadline})
}

/** All others. */
export async function probeNetworkNamespaces(context: ProbeContext): Promise<Raw | Missing> {
  const deadline = performance.now() + context.timeoutMs
  const inode = ownInode()
  if (typeof inode !== 'string') return missing('network-namespaces', inode.reason, inode.detail)
  const found = await discoverNamespaces(inode, context)
  return collectNamespaces(found, askIp, {input: 'network-namespaces', deadline})
}

export function ownNamespace(inode: string): LiveNamespace {
  const mountPoints = mountPointsByInode(null).get(inode) ?? []
  return {inode, own: true, names: namesOf(mountPoints), pids: [], mountPoints}
}
