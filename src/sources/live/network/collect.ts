import type {Raw} from '../../collected.js'
import type {NetworkAnswerRecord, NetworkEndRecord, NetworkNamespaceRecord, NetworkRecord} from '../../records.js'
import type {Discovered, Unseen} from './discover.js'
import {hold, type LiveNamespace} from './namespace.js'
import type {BatchContext} from './run-batch.js'

/** Namespaces that are looked into: each costs a few starts of programs. */
const MAX_NAMESPACES = 1024
const PARALLEL = 4

/** Asks one namespace, which is held open for that long. */
export type Ask = (namespace: LiveNamespace, context: BatchContext) => Promise<readonly NetworkAnswerRecord[]>

/** Asks namespaces, a few at a time. After the deadline the rest is unseen, and said to be. */
export async function collectNamespaces(
  {namespaces, unseen: before, mayEnter}: Discovered,
  ask: Ask,
  {input, deadline}: {readonly input: string; readonly deadline: number},
): Promise<Raw> {
  const results = new Map<LiveNamespace, readonly NetworkRecord[]>()
  const unseen: Unseen[] = [...before]
  const entered = namespaces.slice(0, MAX_NAMESPACES)
  if (namespaces.length > entered.length) {
    const detail = `${namespaces.length - entered.length} of ${namespaces.length} network namespaces were not looked into`
    unseen.push({reason: 'truncated', detail})
  }
  const todo = entered.values()
  const work = async () => {
    for (const namespace of todo) {
      const failure = await askHeld(namespace)
      if (failure) unseen.push(failure)
    }
  }
  const askHeld = async (namespace: LiveNamespace): Promise<Unseen | undefined> => {
    const which = `network namespace ${namespace.names[0] ?? namespace.inode}`
    if (!namespace.own && !mayEnter) return {reason: 'denied', detail: `${which}: entering it takes CAP_SYS_ADMIN`}
    if (performance.now() > deadline) return {reason: 'timeout', detail: `${which}: no time was left for it`}
    const held = hold(namespace)
    // What has ended since it was found has nothing to say, and nobody misses it.
    if (held === null) return undefined
    if ('reason' in held) return {reason: held.reason, detail: `${which}: ${held.detail}`}
    try {
      const answers = await ask(namespace, {input, prefix: held.prefix, deadline})
      results.set(namespace, [header(namespace), ...answers])
      return undefined
    } finally {
      held.close()
    }
  }
  await Promise.all(Array.from({length: PARALLEL}, work))
  const end: NetworkEndRecord = {t: 'end', namespaces: results.size, unseen}
  const records = [...entered.flatMap((namespace) => results.get(namespace) ?? []), end]
  return {
    status: 'raw',
    origin: 'ip, tc and /proc in network namespaces',
    text: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  }
}

function header({inode, own, names, pids}: LiveNamespace): NetworkNamespaceRecord {
  return {t: 'netns', inode, own, names, pids}
}
