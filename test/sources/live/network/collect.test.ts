import {describe, expect, test} from 'vitest'
import {type Ask, collectNamespaces} from '../../../../src/sources/live/network/collect.js'
import type {LiveNamespace} from '../../../../src/sources/live/network/namespace.js'
import type {NetworkRecord} from '../../../../src/sources/records.js'

/** Our own: entering them takes no program. */
const namespaces = (count: number): LiveNamespace[] =>
  Array.from({length: count}, (_, n) => ({inode: String(n), own: true, names: [], pids: [], mountPoints: []}))

const answer: Ask = async ({inode}) => [{t: 'answer', inode, ask: 'rules', argv: [], text: '[]'}]

async function collect(found: Partial<Parameters<typeof collectNamespaces>[0]>, ask = answer, timeoutMs = 10_000) {
  const all = {namespaces: [], unseen: [], mayEnter: true, ...found}
  const raw = await collectNamespaces(all, ask, {input: 'it', deadline: performance.now() + timeoutMs})
  const records: NetworkRecord[] = raw.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return {records, end: records.at(-1)}
}

describe('namespaces', () => {
  test('are written in their order, whichever answers first', async () => {
    const slowFirst: Ask = async (namespace, context) => {
      await new Promise((resolve) => setTimeout(resolve, namespace.inode === '0' ? 50 : 0))
      return answer(namespace, context)
    }
    const {records} = await collect({namespaces: namespaces(6)}, slowFirst)
    expect(records.map((record) => ('inode' in record ? `${record.t} ${record.inode}` : record.t))).toEqual([
      ...['0', '1', '2', '3', '4', '5'].flatMap((inode) => [`netns ${inode}`, `answer ${inode}`]),
      'end',
    ])
  })

  test('are asked a few at a time', async () => {
    let running = 0
    let most = 0
    const counted: Ask = async (namespace, context) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      return answer(namespace, context)
    }
    await collect({namespaces: namespaces(20)}, counted)
    expect(most).toBe(4)
  })

  test('that are too many are left out, and said to be', async () => {
    const {end} = await collect({namespaces: namespaces(1100)})
    expect(end).toEqual({
      t: 'end',
      namespaces: 1024,
      unseen: [{reason: 'truncated', detail: '76 of 1100 network namespaces were not looked into'}],
    })
  })

  test('for which no time is left are unseen', async () => {
    const slow: Ask = async (namespace, context) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return answer(namespace, context)
    }
    const {end} = await collect({namespaces: namespaces(12)}, slow, 40)
    expect(end).toMatchObject({namespaces: 4, unseen: Array(8).fill({reason: 'timeout', detail: expect.any(String)})})
  })

  test('that may not be entered are denied, but the own one is not', async () => {
    const [own] = namespaces(1)
    const other = {inode: '9', own: false, names: ['web'], pids: [1], mountPoints: []}
    const before = {reason: 'denied', detail: 'before'} as const
    const {records, end} = await collect({namespaces: own ? [own, other] : [], unseen: [before], mayEnter: false})
    expect(records).toHaveLength(3)
    expect(end).toMatchObject({
      namespaces: 1,
      unseen: [before, {reason: 'denied', detail: 'network namespace web: entering it takes CAP_SYS_ADMIN'}],
    })
  })
})
