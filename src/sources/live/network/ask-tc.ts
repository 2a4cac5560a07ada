import type {Missing} from '../../../model/missing.js'
import type {NetworkAnswerRecord} from '../../records.js'
import {record} from './ask-ip.js'
import type {LiveNamespace} from './namespace.js'
import {type BatchContext, runBatch, runIn} from './run-batch.js'

const tc = ['tc', '-json'] as const
/** Have no place for a filter: their class operations lack tcf_block(), or they have none (net/sched/sch_*.c). */
const WITHOUT_FILTERS = new Set('noqueue noop mq pfifo bfifo pfifo_fast pfifo_head_drop fq tbf netem'.split(' '))
/** Each class of theirs is a place for filters too: tcf_block() with a class. */
const FILTERS_IN_CLASSES = new Set(['htb', 'hfsc', 'cbq'])
const MAX_PLACES = 20_000

interface Qdisc {
  readonly kind: string
  readonly handle: string
  readonly dev: string
  readonly root: boolean
  readonly ingressBlock: number | null
  readonly egressBlock: number | null
}

/**
 * Queueing disciplines, classes, chains and filters of one namespace: first what is there, then only the places where a
 * filter can be. Where nothing was configured that is one start of `tc`.
 */
export async function askTc(
  {inode}: Pick<LiveNamespace, 'inode'>,
  context: BatchContext,
): Promise<readonly NetworkAnswerRecord[]> {
  const show = ['qdisc', 'show']
  const qdiscs = await runIn([...tc, ...show], context)
  const answers = [record(inode, 'qdiscs', ['tc', ...show], qdiscs)]
  const found = typeof qdiscs === 'string' ? qdiscsOf(qdiscs) : []

  const places: string[][] = []
  const withClasses = found.filter(({kind}) => FILTERS_IN_CLASSES.has(kind))
  for (const dev of new Set(withClasses.map(({dev}) => dev))) {
    const argv = ['class', 'show', 'dev', dev]
    const classes = await runIn([...tc, ...argv], context)
    answers.push(record(inode, 'classes', ['tc', ...argv], classes))
    if (typeof classes === 'string') for (const id of classIdsOf(classes)) places.push(['dev', dev, 'parent', id])
  }
  for (const qdisc of found) places.push(...placesOf(qdisc))
  const blocks = new Set(found.flatMap(({ingressBlock, egressBlock}) => [ingressBlock ?? [], egressBlock ?? []].flat()))
  for (const block of blocks) places.push(['block', String(block)])

  const asked = places.slice(0, MAX_PLACES)
  const commands = asked.flatMap((place) => [
    ['filter', 'show', ...place],
    ['chain', 'show', ...place],
  ])
  const shown = await runBatch(tc, commands, context)
  for (const [index, argv] of commands.entries()) {
    answers.push(record(inode, argv[0] === 'filter' ? 'filters' : 'chains', ['tc', ...argv], shown[index]))
  }
  if (places.length > asked.length)
    answers.push(record(inode, 'filters', ['tc', 'filter', 'show'], tooMany(context.input)))
  return answers
}

function tooMany(input: string): Missing {
  const detail = `more than ${MAX_PLACES} classes and queueing disciplines that can have filters`
  return {status: 'missing', input, reason: 'truncated', detail}
}

function placesOf({kind, handle, dev, root, ingressBlock, egressBlock}: Qdisc): string[][] {
  if (WITHOUT_FILTERS.has(kind)) return []
  if (kind === 'ingress') return ingressBlock === null ? [['dev', dev, 'ingress']] : []
  if (kind === 'clsact') {
    return [
      ...(ingressBlock === null ? [['dev', dev, 'ingress']] : []),
      ...(egressBlock === null ? [['dev', dev, 'egress']] : []),
    ]
  }
  // Without a handle only the root can be named: by no parent at all.
  if (handle === '0:') return root ? [['dev', dev]] : []
  return [['dev', dev, 'parent', handle]]
}

/** What cannot be read here cannot be read by the fact either, which says so. */
function qdiscsOf(text: string): Qdisc[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: Readonly<Record<string, unknown>> | null) => {
    const {kind, handle, dev, root, ingress_block: ingress, egress_block: egress} = row ?? {}
    if (typeof kind !== 'string' || typeof handle !== 'string' || typeof dev !== 'string') return []
    return [{kind, handle, dev, root: root === true, ingressBlock: numberOf(ingress), egressBlock: numberOf(egress)}]
  })
}

/** `class htb 1:10 root ...` a line; newer versions of tc print JSON. */
function classIdsOf(text: string): string[] {
  const pattern = text.startsWith('[') ? /"handle":"([0-9a-f]+:[0-9a-f]+)"/g : /^class \S+ ([0-9a-f]+:[0-9a-f]+) /gm
  return [...text.matchAll(pattern)].flatMap(([, id]) => id ?? [])
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
