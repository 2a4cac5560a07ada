import {afterAll, beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {compileSituation} from './conductor.js'
import {judge, runBatch, uidsOf} from './run.js'
import type {Held, Situation} from './situation.js'

const LIMIT = 3

/**
 * Measured on Linux 6.18, the same for every Linux since 5.17: with the limit set before the change of
 * UID, execve() fails from limit + 1 tasks of others on; with exactly `limit` it succeeds and no fork does.
 */
const table = [
  {others: 0, before: 'fork 2', after: 'fork 2'},
  {others: 1, before: 'fork 1', after: 'fork 1'},
  {others: 2, before: 'fork 0', after: 'fork 0'},
  {others: 3, before: 'fork 0', after: 'fork 0'},
  {others: 4, before: 'exec 0', after: 'fork 0'},
  {others: 5, before: 'exec 0', after: 'fork 0'},
] as const

describeLab('a start under a task limit', ['root', 'gcc'], () => {
  let program: ReturnType<typeof compileSituation>
  beforeAll(() => {
    program = compileSituation()
  })
  afterAll(() => program.remove())

  it.each(table)('with $others tasks of others: $before, or $after if the limit comes last', async (row) => {
    const situations = [false, true].map((after, slot) => startBeside(row.others, after, slot))
    const [before, after] = await runBatch(situations, {program: program.path})
    if (!before || !after) throw new Error('no result')
    expect(`${before.counted.step} ${before.counted.tasks}`).toBe(row.before)
    expect(`${after.counted.step} ${after.counted.tasks}`).toBe(row.after)
    expect([before, after].map(judge)).toEqual(['same', 'same'])
  })
})

function startBeside(others: number, after: boolean, slot: number): Situation {
  const uid = uidsOf(slot) + 1
  const id = {inside: uid, kuid: uid}
  const one = {ns: 'init', id, euid: null, threads: 0, uids: [], zombies: 0, zombieLeader: false, namespaces: 0}
  const held: Held[] = Array.from({length: others}, () => one)
  return {
    index: slot,
    spaces: [],
    held,
    prober: {ns: 'init', id, euid: null, limit: LIMIT, mode: 'start', after, caps: 'none', namespaces: 0},
    cgroup: null,
    containers: [],
    proberContainer: null,
  }
}
