import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {InstalledPackage} from '../../support/cli.js'
import {hostileRoots} from '../../support/hostile-units/all.js'
import {makeRoot, requireAnswer, requireJsonLines, requireReport} from '../../support/hostile-units/answer.js'
import type {HostileRoot} from '../../support/hostile-units/root.js'
import {measured} from '../../support/measured.js'

/** Four times the text: the time of 4 would be linear, of 16 quadratic. */
const LARGER = 4
const LINEAR_ENOUGH = 9
/** What the ratio of two small times says is noise. */
const SMALL_MS = 250
const MEMORY_MIB = 1536
/** Of their size; all of it (`npm run lab -- hostile-units`) takes a quarter of an hour. */
const SHARE = Number(process.env.NETDOCTOR_HOSTILE_SHARE ?? 1 / 4)

let netdoctor: InstalledPackage
beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})

const commands = {
  check: ['check', 'unit-environment', 'boot-persistence', '--json', '--timeout', '300'],
  'predict exec': ['predict', 'exec', '--all', '--json', '--timeout', '300'],
} as const

describe.each(hostileRoots.map((hostile) => [hostile.name, hostile] as const))('%s', (_, hostile) => {
  const whole = hostile.size > 100 ? Math.ceil(hostile.size * SHARE) : hostile.size
  it('is answered', () => {
    const {root, remove} = makeRoot(hostile, whole)
    try {
      requireReport(requireAnswer([netdoctor.bin, ...commands.check, '--root', root], MEMORY_MIB))
      requireJsonLines(requireAnswer([netdoctor.bin, ...commands['predict exec'], '--root', root], MEMORY_MIB))
    } finally {
      remove()
    }
  })

  // The others have no size to vary.
  if (hostile.size <= 100) return
  it('takes no more than linear time', () => {
    const size = whole >> 2
    const [idle, small, large] = [timesOf(hostile, 1), timesOf(hostile, size), timesOf(hostile, size * LARGER)]
    for (const [at, command] of Object.keys(commands).entries()) {
      const without = idle[at] ?? 0
      const ratio = ((large[at] ?? 0) - without) / Math.max((small[at] ?? 0) - without, SMALL_MS)
      expect(ratio, command).toBeLessThan(LINEAR_ENOUGH)
    }
  })
})

/** Milliseconds of processor time of each command. */
function timesOf(hostile: HostileRoot, size: number): number[] {
  const {root, remove} = makeRoot(hostile, size)
  try {
    return Object.values(commands).map((args) => {
      const {exitCode, cpuMs} = measured([netdoctor.bin, ...args, '--root', root])
      expect([0, 1, 3]).toContain(exitCode)
      return cpuMs
    })
  } finally {
    remove()
  }
}
