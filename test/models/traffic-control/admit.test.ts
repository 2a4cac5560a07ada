import {describe, expect, it} from 'vitest'
import {admit} from '../../../src/models/traffic-control/admit.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import {emptyState} from '../../../src/models/traffic-control/state.js'
import {filterTable} from '../../../src/models/traffic-control/table.js'
import {HTB, run, words} from './support.js'

const last = (lines: readonly string[]): string => run([...HTB, ...lines]).answers.at(-1) ?? ''
const add = (rest: string): string => `filter add dev eth0 ${rest}`
const U32 = 'u32 match u32 0 0 flowid 1:10'

describe('a priority holds one protocol and one kind', () => {
  it('refuses another protocol, in the words of each era', () => {
    const {admissions} = run([
      ...HTB,
      add(`parent 1: protocol ip prio 3 ${U32}`),
      add(`parent 1: protocol ipv6 prio 3 ${U32}`),
    ])
    expect(admissions.at(-1)).toMatchObject({
      verdict: 'rejected',
      exit: 2,
      reason: {id: 'protocol-mismatch', errno: 'EINVAL'},
    })
    expect(admissions.at(-1)?.messages).toEqual([
      {kernel: '<= 4.15', text: 'RTNETLINK answers: Invalid argument\nWe have an error talking to the kernel'},
      {
        kernel: '4.16 .. 6.12',
        text: 'Error: Filter with specified priority/protocol not found.\nWe have an error talking to the kernel',
      },
      {
        kernel: '>= 6.13',
        text: 'Error: Protocol mismatch for filter with specified priority.\nWe have an error talking to the kernel',
      },
    ])
  })

  it.each([
    [
      'another priority',
      [add(`parent 1: protocol ip prio 3 ${U32}`), add(`parent 1: protocol ipv6 prio 4 ${U32}`)],
      'accepted',
    ],
    [
      'the same protocol',
      [add(`parent 1: protocol ip prio 3 ${U32}`), add(`parent 1: protocol ipv4 prio 3 ${U32}`)],
      'accepted',
    ],
    [
      'another chain',
      [add(`parent 1: protocol ip prio 3 ${U32}`), add(`parent 1: protocol ipv6 chain 1 prio 3 ${U32}`)],
      'accepted',
    ],
    [
      'another class',
      [add(`parent 1: protocol ip prio 3 ${U32}`), add(`parent 1:10 protocol ipv6 prio 3 ${U32}`)],
      'accepted',
    ],
    [
      'all is a protocol of its own',
      [add(`parent 1: prio 3 ${U32}`), add(`parent 1: protocol ip prio 3 ${U32}`)],
      'protocol-mismatch',
    ],
    [
      'no parent is the root',
      [add(`protocol ip prio 3 ${U32}`), add(`parent 1:0 protocol ipv6 prio 3 ${U32}`)],
      'protocol-mismatch',
    ],
    [
      'replace',
      [add(`protocol ip prio 3 ${U32}`), `filter replace dev eth0 protocol ipv6 prio 3 ${U32}`],
      'protocol-mismatch',
    ],
    ['another kind', [add(`protocol ip prio 3 ${U32}`), add('protocol ip prio 3 fw flowid 1:10')], 'kind-mismatch'],
    [
      'once it is deleted',
      [add(`protocol ip prio 3 ${U32}`), 'filter del dev eth0 prio 3', add(`protocol ipv6 prio 3 ${U32}`)],
      'accepted',
    ],
    [
      'once all are deleted',
      [add(`protocol ip prio 3 ${U32}`), 'filter del dev eth0', add(`protocol ipv6 prio 3 ${U32}`)],
      'accepted',
    ],
    ['without priorities', [add(`protocol ip ${U32}`), add(`protocol ipv6 ${U32}`)], 'accepted'],
    [
      'on another device',
      [
        add(`protocol ip prio 3 ${U32}`),
        'qdisc add dev eth1 root handle 1: htb',
        `filter add dev eth1 protocol ipv6 prio 3 ${U32}`,
      ],
      'accepted',
    ],
    [
      'ingress by other names',
      [
        'qdisc add dev eth0 ingress',
        add(`parent ffff: protocol ip prio 1 ${U32}`),
        add(`ingress protocol ipv6 prio 1 ${U32}`),
      ],
      'protocol-mismatch',
    ],
    [
      'both sides of clsact',
      [
        'qdisc add dev eth0 clsact',
        add(`egress protocol ip prio 1 ${U32}`),
        add(`ingress protocol ipv6 prio 1 ${U32}`),
      ],
      'accepted',
    ],
  ])('%s', (_what, lines, answer) => {
    expect(last(lines)).toBe(answer)
  })
})

describe('priorities that the kernel chooses', () => {
  it('go down from 49152, one below the lowest from 32769 on', () => {
    const {admissions} = run([...HTB, add(U32), add(U32), add(`prio 40000 ${U32}`), add(U32)])
    expect(admissions.slice(2).map(({chosenPrio}) => chosenPrio)).toEqual([49152, 49151, null, 39999])
  })

  it('are exhausted once 32768 is taken', () => {
    const {admissions} = run([...HTB, add(`prio 32769 ${U32}`), add(U32), add(U32)])
    expect(admissions.at(-2)?.chosenPrio).toBe(32768)
    expect(admissions.at(-1)).toMatchObject({reason: {id: 'priorities-exhausted', errno: 'ENOSPC'}})
    expect(admissions.at(-1)?.messages.map(({text}) => text.split('\n')[0])).toEqual([
      'RTNETLINK answers: Invalid argument',
      'Error: Filter with specified priority/protocol not found.',
      'Error: Lowest ID from auto-alloc range already in use.',
    ])
  })
})

describe('classes', () => {
  it('that do not exist are remarked upon, not refused', () => {
    const {admissions} = run([...HTB, add(`prio 1 ${U32.replace('1:10', '1:99')}`)])
    expect(admissions.at(-1)).toMatchObject({verdict: 'accepted', remarks: [{id: 'no-such-class', classId: 0x10099}]})
  })

  it('in use by a filter are not deleted', () => {
    expect(last([add(`prio 1 ${U32}`), 'class del dev eth0 classid 1:10'])).toBe('class-in-use')
    expect(last([add(`prio 1 ${U32}`), 'filter del dev eth0', 'class del dev eth0 classid 1:10'])).toBe('accepted')
  })
})

describe('kinds that the kernel at hand lacks, from source alone', () => {
  it.each([
    [
      'one matchall a priority',
      [add('prio 1 matchall classid 1:10'), add('prio 1 matchall classid 1:10')],
      'filter-exists',
    ],
    [
      'several keys of flower',
      [
        add('prio 1 protocol ip flower dst_port 1 classid 1:10'),
        add('prio 1 protocol ip flower dst_port 2 classid 1:10'),
      ],
      'accepted',
    ],
    [
      'one key of flower twice',
      [
        add('prio 1 protocol ip flower dst_port 1 classid 1:10'),
        add('prio 1 protocol ip flower dst_port 1 classid 1:10'),
      ],
      'filter-exists',
    ],
    ['a mark for fw', [add('prio 1 protocol ip fw classid 1:10')], 'no-mark'],
    ['fw with a mark', [add('prio 1 protocol ip handle 6 fw classid 1:10')], 'accepted'],
  ])('%s', (_what, lines, answer) => {
    expect(last(lines)).toBe(answer)
  })
})

describe('what is not known', () => {
  const unknown = (role: string) =>
    parseTc([...words('filter add dev eth0 protocol ip prio'), {unknown: `$\{${role}}`}, ...words(U32)])

  it('makes the command undecided, and the filters of the device', () => {
    const {state} = run(HTB)
    const first = admit(state, unknown('PRIO'))
    expect(first.admission).toMatchObject({verdict: 'undecided', reason: {id: 'unknown-word'}})
    expect(admit(first.state, parseTc(words(add(`prio 1 ${U32}`)))).admission.verdict).toBe('undecided')
    expect(
      admit(first.state, parseTc(words('class add dev eth0 parent 1: classid 1:20 htb rate 1mbit'))).admission.verdict,
    ).toBe('accepted')
  })

  it('is known again once the root is new', () => {
    const {state} = run(HTB)
    const after = run(['qdisc del dev eth0 root', ...HTB, add(`prio 1 ${U32}`)], admit(state, unknown('PRIO')).state)
    expect(after.answers).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
  })

  it('does not matter where a value only has to be valid', () => {
    const {state} = run(HTB)
    const command = parseTc([...words('class add dev eth0 parent 1: classid 1:20 htb rate'), {unknown: '$RATE'}])
    expect(admit(state, command).admission).toMatchObject({verdict: 'accepted', remarks: [{id: 'assumed-words'}]})
  })

  it('of a whole device is known after a deletion at its root', () => {
    const state = emptyState({unknown: 'nothing was read', defaultQdisc: () => 'noqueue'})
    expect(run(['qdisc del dev eth0 root', ...HTB], state).answers).toEqual(['not-known', 'accepted', 'accepted'])
    expect(run(HTB, state).answers).toEqual(['not-known', 'not-known'])
  })

  it('is the default of a device, where it decides', () => {
    expect(run(['filter add dev eth0 prio 1 u32 match u32 0 0'], emptyState()).answers).toEqual(['default-qdisc'])
  })
})

it('leaves a state as it was', () => {
  const {state} = run([...HTB, add(`prio 1 protocol ip ${U32}`)])
  const before = filterTable(state)
  const one = run([add(`prio 2 protocol ip ${U32}`)], state)
  const other = run(['filter del dev eth0'], state)
  expect(filterTable(state)).toEqual(before)
  expect(filterTable(one.state)).toHaveLength(2)
  expect(filterTable(other.state)).toHaveLength(0)
})

it('lists filters', () => {
  const {state} = run([...HTB, add(`prio 1 protocol ip ${U32}`)])
  expect(filterTable(state)).toEqual([
    {
      dev: 'eth0',
      block: null,
      parent: 0x10000,
      chain: 0,
      prio: 1,
      protocol: 0x800,
      kind: 'u32',
      handle: 0x80000800,
      classId: 0x10010,
    },
  ])
})

it('takes ten thousand commands, however they are spread', () => {
  const many = (line: (at: number) => string): string[] => Array.from({length: 10_000}, (_, at) => line(at))
  expect(run([...HTB, ...many((at) => add(`protocol ip prio ${(at % 60_000) + 1} ${U32}`))]).answers).not.toContain(
    'undecided',
  )
  expect(new Set(run([...HTB, ...many(() => add(`protocol ip prio 1 ${U32}`))]).answers)).toEqual(
    new Set(['accepted', 'nodes-exhausted']),
  )
  expect(
    new Set(
      run([
        ...HTB,
        ...many((at) => `class add dev eth0 parent 1: classid 1:${(at + 0x20).toString(16)} htb rate 1mbit`),
      ]).answers,
    ),
  ).toEqual(new Set(['accepted']))
  expect(
    new Set(
      run([...HTB, ...many((at) => (at % 2 ? 'filter del dev eth0 prio 32769' : add(`prio 32769 ${U32}`)))]).answers,
    ),
  ).toEqual(new Set(['accepted']))
})
