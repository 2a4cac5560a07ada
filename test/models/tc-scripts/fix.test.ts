import fc from 'fast-check'
import * as parser from 'unbash'
import {describe, expect, it} from 'vitest'
import {readTcScript} from '../../../src/facts/tc-scripts/read.js'
import {applyEdits} from '../../../src/models/tc-scripts/fix/apply.js'
import {isClash} from '../../../src/models/tc-scripts/fix/classes.js'
import {proposeFix} from '../../../src/models/tc-scripts/fix/propose.js'
import {type Judged, judgeScript} from '../../../src/models/tc-scripts/judge.js'
import {parseCommand, startWith} from '../../../src/models/tc-scripts/tables.js'
import {holdsForAll} from '../../support/property.js'

interface Filter {
  readonly protocol: 'ip' | 'ipv6' | 'all'
  readonly prio: number
}

const filters = fc.array(
  fc.record({
    protocol: fc.constantFrom('ip' as const, 'ipv6' as const, 'ip' as const, 'ipv6' as const, 'all' as const),
    prio: fc.integer({min: 1, max: 4}),
  }),
  {minLength: 2, maxLength: 5},
)

function textOf(all: readonly Filter[]): string {
  const lines = all.map(
    ({protocol, prio}) => `filter add dev eth0 parent 1: protocol ${protocol} prio ${prio} u32 match u32 0 0`,
  )
  return ['qdisc add dev eth0 root handle 1: htb', ...lines, ''].join('\n')
}

function judge(text: string, batch = true): readonly Judged[] {
  const script = readTcScript('f', text, {parser, batch})
  if (!script) throw new Error('no script')
  // A batch ends at its first failure; all of them are to be seen.
  const events = script.events.map((event) =>
    event.type === 'command' ? {...event, command: {...event.command, batch: null}} : event,
  )
  return judgeScript({...script, events}, startWith([]))
}

function fix(text: string, batch = true) {
  const {edits, unfixable} = proposeFix(judge(text, batch), parseCommand, () => text)
  const fixed = applyEdits(edits, () => text).get('f') ?? text
  return {fixed, edits: edits.length, unfixable}
}

function priosOf(text: string): number[] {
  return [...text.matchAll(/prio (\d+)/g)].map(([, prio]) => Number(prio))
}

/** Whether new priorities are taken by the kernel and keep the order in which filters are asked. */
function isGood(all: readonly Filter[], prios: readonly number[]): boolean {
  return all.every((a, i) =>
    all.every((b, j) => {
      const [x = 0, y = 0] = [prios[i], prios[j]]
      if (j <= i) return true
      if (a.protocol === b.protocol) return Math.sign(a.prio - b.prio) === Math.sign(x - y)
      if (x === y) return false
      if (a.protocol !== 'all' && b.protocol !== 'all') return true
      if (a.prio !== b.prio) return Math.sign(a.prio - b.prio) === Math.sign(x - y)
      // Of those that cannot be together the one that was there first stays first.
      const first = (one: Filter) => all.findIndex(({protocol, prio}) => protocol === one.protocol && prio === one.prio)
      return first(a) < first(b) ? x < y : x > y
    }),
  )
}

/** The fewest lines that have to be changed, found by trying everything. */
function fewestEdits(all: readonly Filter[]): number {
  let fewest = all.length
  const prios = all.map(({prio}) => prio)
  const choose = (at: number, edits: number): void => {
    if (edits >= fewest) return
    if (at === all.length) {
      if (isGood(all, prios)) fewest = edits
      return
    }
    const own = all[at]?.prio ?? 0
    prios[at] = own
    choose(at + 1, edits)
    for (let prio = 1; prio <= 8; prio++) {
      if (prio === own) continue
      prios[at] = prio
      choose(at + 1, edits + 1)
    }
    prios[at] = own
  }
  choose(0, 0)
  return fewest
}

describe('a change of priorities', () => {
  it('is taken by the kernel and keeps the order in which filters are asked', () => {
    holdsForAll(
      fc.property(filters, (all) => {
        const {fixed, unfixable} = fix(textOf(all))
        expect(unfixable).toEqual([])
        expect(judge(fixed).filter(isClash)).toEqual([])
        expect(isGood(all, priosOf(fixed))).toBe(true)
      }),
      500,
    )
  })

  it('edits the fewest lines', () => {
    holdsForAll(
      fc.property(
        filters.filter((all) => all.every(({protocol}) => protocol !== 'all')),
        (all) => {
          expect(fix(textOf(all)).edits).toBe(fewestEdits(all))
        },
      ),
      150,
    )
  })

  it('leaves alone what the kernel takes', () => {
    expect(
      fix(
        textOf([
          {protocol: 'ip', prio: 1},
          {protocol: 'ipv6', prio: 2},
        ]),
      ).edits,
    ).toBe(0)
  })

  it.each([
    ['a number', 'ipv6 prio 7', 'ipv6 prio 8'],
    ['a sum', 'ipv6 prio $((P + 2))', 'ipv6 prio $((P + 3))'],
    ['a variable of several', 'ipv6 prio $P7', 'ipv6 prio $((P7 + 1))'],
    ['a variable in quotes', 'ipv6 prio "${P7}"', 'ipv6 prio $((P7 + 1))'],
  ])('edits %s', (_, before, after) => {
    const text = (what: string) => `P=5 P7=7
tc qdisc add dev eth0 root handle 1: htb
tc filter add dev eth0 parent 1: protocol ip prio $P7 u32 match u32 0 0
tc filter add dev eth0 parent 1: protocol ${what} u32 match u32 0 0
tc filter add dev eth0 parent 1: protocol ip prio 6 u32 match u32 0 0
tc filter add dev eth0 parent 1: protocol ipv6 prio 5 u32 match u32 0 0
`
    const {fixed} = fix(text(before), false)
    expect(fixed).toBe(text(after))
  })

  it('edits a number where it is given to a function, or to a variable of its own', () => {
    const text = `add() { tc filter add dev eth0 parent 1: protocol $1 prio $2 u32 match u32 0 0; }
SIX=1
tc qdisc add dev eth0 root handle 1: htb
add ip 1
add ipv6 $SIX
`
    expect(fix(text, false).fixed).toBe(text.replace('SIX=1', 'SIX=2'))
  })

  it('says what it cannot set right', () => {
    const text = `tc qdisc add dev eth0 root handle 1: htb
for p in ip ipv6; do tc filter add dev eth0 parent 1: protocol $p prio 1 u32 match u32 0 0; done
`
    const {edits, unfixable} = fix(text, false)
    expect(edits).toBe(0)
    expect(unfixable.map(({why}) => why)).toEqual([
      'priority 1 is written in one place for all of them, or made where it cannot be edited',
    ])
  })
})
