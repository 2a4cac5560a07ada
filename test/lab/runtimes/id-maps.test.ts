import fc from 'fast-check'
import {expect, it} from 'vitest'
import {parseIdMap} from '../../../src/facts/user-namespaces.js'
import {OVERFLOW_ID, toInsideId, toKernelId} from '../../../src/models/user-namespaces/id-map.js'
import {idMaps} from '../../models/user-namespaces/id-maps.js'
import {command} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'

const CASES = 150

interface Answer {
  readonly uid_map: string
  readonly down: readonly (number | null)[]
  readonly up: readonly number[]
}

describeLab('user namespaces of this kernel', ['root', 'python3'], () => {
  it(`map IDs as the model says, in ${CASES} random maps`, async () => {
    const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
    const ids = fc.uniqueArray(fc.nat({max: 1300}), {minLength: 8, maxLength: 8})
    const cases = fc.sample(fc.record({map: idMaps.filter((map) => map.length > 0), inside: ids, kernel: ids}), {
      seed,
      numRuns: CASES,
    })
    // Outside IDs that nobody has here.
    const far = cases.map(({map, inside, kernel}) => ({
      map: map.map((range) => ({...range, outside: range.outside + 1_900_000_000})),
      inside,
      kernel: kernel.map((id) => id + 1_900_000_000),
    }))
    const input = far.map(({map, ...rest}) => ({
      ...rest,
      map: map.map(({inside, outside, count}) => [inside, outside, count]),
    }))
    const script = new URL('id-maps.py', import.meta.url).pathname
    const answers: readonly Answer[] = JSON.parse(await command(['python3', script], {input: JSON.stringify(input)}))
    expect(answers).toHaveLength(CASES)
    let mapped = 0
    for (const [index, {uid_map, down, up}] of answers.entries()) {
      const {map, inside, kernel} = far[index] ?? {map: [], inside: [], kernel: []}
      const message = `seed ${seed}, case ${index}: ${JSON.stringify(map)}`
      const read = parseIdMap(uid_map)
      expect(new Set(read), message).toEqual(new Set(map))
      const predicted = inside.map((id) => toKernelId(read, id))
      expect(predicted, message).toEqual(down.map((id) => id ?? 'unmapped'))
      const above = kernel.map((id) => toInsideId(read, id))
      expect(
        above.map((id) => (id === 'unmapped' ? OVERFLOW_ID : id)),
        message,
      ).toEqual(up)
      mapped += [...predicted, ...above].filter((id) => id !== 'unmapped').length
    }
    // Neither all nor none: the comparison says something about both.
    expect(mapped).toBeGreaterThan(CASES / 3)
    expect(mapped).toBeLessThan(CASES * 15)
    console.log(`user namespaces: seed ${seed}, ${CASES} maps, ${CASES * 16} IDs, ${mapped} of them mapped`)
  })
})
