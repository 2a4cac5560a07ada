import {describe, expect, it} from 'vitest'
import {findingsOf} from '../../../src/checkers/uid-collision/findings.js'
import type {Hazard} from '../../../src/checkers/uid-collision/hazard.js'
import {container} from '../../support/facts.js'

const es = (name: string, image: string | null = 'es:1') => container({name, image, processes: []})

function hazard(on: ReturnType<typeof es>, given: Partial<Hazard> = {}): Hazard {
  return {
    rule: 'shared-uid',
    container: on,
    severity: 'notice',
    confidence: 'certain',
    summary: `${on.name} shares`,
    why: 'w',
    evidence: [],
    remediation: [],
    ...given,
  }
}

const replicas = {replicas: (names: string) => `${names} share`}
const judge = (...hazards: Hazard[]) => {
  const map = new Map<Hazard['container'], Hazard[]>()
  for (const one of hazards) map.set(one.container, [...(map.get(one.container) ?? []), one])
  return [...findingsOf(map, new Map())]
}

describe('findings about containers', () => {
  it('are one for each container, named by the gravest, the others as lines', () => {
    const one = es('a')
    const found = judge(
      hazard(one),
      hazard(one, {rule: 'shared-host-path', severity: 'warning', summary: 'path'}),
      hazard(one, {rule: 'shared-task-limit', severity: 'error', summary: 'limit'}),
      hazard(one, {rule: 'shared-signal', severity: 'warning', summary: 'signal'}),
    )
    expect(found).toMatchObject([
      {
        rule: 'shared-task-limit',
        subject: {kind: 'container', name: 'a'},
        severity: 'error',
        evidence: [
          {source: 'also shared-signal', excerpt: 'signal'},
          {source: 'also shared-host-path', excerpt: 'path'},
          {source: 'also shared-uid', excerpt: 'a shares'},
        ],
      },
    ])
  })

  it('are named by a warning rather than by a notice that comes first otherwise', () => {
    const one = es('a')
    const [found] = judge(
      hazard(one, {rule: 'shared-signal'}),
      hazard(one, {rule: 'shared-host-path', severity: 'warning'}),
    )
    expect(found?.rule).toBe('shared-host-path')
  })

  it('join replicas of one image of which the same is true', () => {
    const all = ['a', 'b', 'c'].map((name) => hazard(es(name), replicas))
    expect(judge(...all)).toMatchObject([
      {subject: {kind: 'image', name: 'es:1'}, summary: '3 containers of es:1 share'},
    ])
  })

  it('keep apart what differs in image or in what is true', () => {
    expect(judge(hazard(es('a'), replicas), hazard(es('b', 'web:1'), replicas))).toHaveLength(2)
    expect(judge(hazard(es('a', null), replicas), hazard(es('b', null), replicas))).toHaveLength(2)
    expect(judge(hazard(es('a')), hazard(es('b')))).toHaveLength(2)
    const b = es('b')
    expect(judge(hazard(es('a'), replicas), hazard(b, replicas), hazard(b, {rule: 'shared-signal'}))).toHaveLength(2)
  })
})
