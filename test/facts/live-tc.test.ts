import {describe, expect, test} from 'vitest'
import {parseClasses} from '../../src/facts/live-tc/classes.js'
import {liveTcFact} from '../../src/facts/live-tc.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

const inode = '4026531840'
const header = {t: 'netns', inode, own: true, names: [], pids: []}
const end = {t: 'end', namespaces: 1, unseen: []}
const qdisc = '{"kind":"htb","handle":"1:","dev":"eth0","root":true,"refcnt":3,"options":{"default":"0x10"}}'
const ingress = '{"kind":"ingress","handle":"ffff:","dev":"eth0","parent":"ffff:fff1","ingress_block":7,"options":{}}'

function answer(ask: string, words: string, text: string | {readonly reason: string; readonly detail: string}): object {
  return {t: 'answer', inode, ask, argv: ['tc', ...words.split(' ')], ...(typeof text === 'string' ? {text} : text)}
}

function ndjson(...records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

describe('traffic control', () => {
  test('is told by place', async () => {
    const filter = '{"parent":"1:","protocol":"ip","pref":5,"kind":"u32","chain":0}'
    const fact = await derive(liveTcFact, {
      'traffic-control': ndjson(
        header,
        answer('qdiscs', 'qdisc show', `[${qdisc},${ingress}]`),
        answer('classes', 'class show dev eth0', 'class htb 1:10 root prio 0 rate 1Mbit \n'),
        answer('filters', 'filter show dev eth0 parent 1:', `[${filter}]`),
        answer('chains', 'chain show dev eth0 parent 1:', '[{"parent":"1:","chain":0}]'),
        answer('filters', 'filter show block 7', '[]'),
        end,
      ),
    })
    expect(gapsOf(fact)).toEqual([])
    const [state] = valueOfKnown(fact)
    expect(state).toMatchObject({inode: 4026531840, own: true})
    expect(state?.qdiscs?.map(({row: _, ...each}) => each)).toEqual([
      {kind: 'htb', handle: '1:', dev: 'eth0', root: true, parent: null, ingressBlock: null, egressBlock: null},
      {
        kind: 'ingress',
        handle: 'ffff:',
        dev: 'eth0',
        root: false,
        parent: 'ffff:fff1',
        ingressBlock: 7,
        egressBlock: null,
      },
    ])
    expect(state?.classes).toEqual([{dev: 'eth0', kind: 'htb', id: '1:10', parent: null, leaf: null}])
    expect(state?.filters).toEqual([
      {place: ['dev', 'eth0', 'parent', '1:'], rows: [JSON.parse(filter)]},
      {place: ['block', '7'], rows: []},
    ])
    expect(state?.chains).toEqual([{place: ['dev', 'eth0', 'parent', '1:'], rows: [{parent: '1:', chain: 0}]}])
  })

  test('lacks what could not be asked or read', async () => {
    const fact = await derive(liveTcFact, {
      'traffic-control': ndjson(
        header,
        answer('qdiscs', 'qdisc show', {reason: 'absent', detail: 'tc: no such command'}),
        answer('filters', 'filter show dev eth0', '[{"protocol":"ip" u32 chain 0]'),
        end,
      ),
    })
    expect(valueOfKnown(fact)[0]).toMatchObject({qdiscs: null, filters: []})
    expect(gapsOf(fact)).toEqual(['traffic-control: absent', 'traffic-control: invalid'])
    const nothing = await derive(liveTcFact, {'traffic-control': ndjson(header, end)})
    expect(gapsOf(nothing)).toEqual(['traffic-control: invalid'])
  })
})

describe('classes', () => {
  test('as text, and as JSON since iproute2 6.2', () => {
    const text = `class htb 1:1 root rate 1Mbit ceil 1Mbit burst 1600b cburst 1600b
class htb 1:10 parent 1:1 leaf 10: prio 0 rate 1Mbit
class fq_codel 10:2d parent 10:
  deficit 0
class hfsc 1: root
`
    const rows = [
      {dev: 'a', kind: 'htb', id: '1:1', parent: null, leaf: null},
      {dev: 'a', kind: 'htb', id: '1:10', parent: '1:1', leaf: '10:'},
      {dev: 'a', kind: 'fq_codel', id: '10:2d', parent: '10:', leaf: null},
      {dev: 'a', kind: 'hfsc', id: '1:', parent: null, leaf: null},
    ]
    expect(parseClasses(text, 'a')).toEqual({rows})
    const json = `[{"class":"htb","handle":"1:1","root":true,"rate":125000},
      {"class":"htb","handle":"1:10","parent":"1:1","leaf":"0x10"},
      {"class":"fq_codel","handle":"10:2d","parent":"10:"},{"class":"hfsc","handle":"1:","root":true}]`
    expect(parseClasses(json, 'a')).toEqual({rows})
    expect(parseClasses('', 'a')).toEqual({rows: []})
  })

  test('that cannot be read are a problem', () => {
    for (const text of ['class htb', 'Dump terminated', '[{"class":"htb"}]']) {
      expect(parseClasses(text, 'a'), text).toHaveProperty('problem')
    }
  })
})
