import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {askTc} from './network/ask-tc.js'
import {collectNamespaces} from './network/collect.js'
import {discoverNamespaces} from './network/discover.js'
import {ownInode} from './network/namespace.js'
import {ownNamespace} from './network.js'
import type {ProbeContext} from './probe.js'

/** Traffic control of all network namespaces that can be reached. */
export async function probeTrafficControl(context: ProbeContext): Promise<Raw | Missing> {
  const deadline = performance.now() + context.timeoutMs
  const inode = ownInode()
  if (typeof inode !== 'string') return missing('traffic-control', inode.reason, inode.detail)
  const {namespaces, ...found} = await discoverNamespaces(inode, context)
  const all = {...found, namespaces: [ownNamespace(inode), ...namespaces]}
  return collectNamespaces(all, askTc, {input: 'traffic-control', deadline})
}
