import {afterAll, beforeAll, describe, it} from 'vitest'
import {InstalledPackage} from '../support/cli.js'
import {hostileRoots} from '../support/hostile-units/all.js'
import {
  type MadeRoot,
  makeRoot,
  requireAnswer,
  requireJsonLines,
  requireReport,
} from '../support/hostile-units/answer.js'

const check = ['check', 'unit-environment', 'boot-persistence', '--timeout', '300']
/** Less of it than in the lab, which takes minutes. */
const SHARE = 8
/** Node itself takes 50 MiB. */
const MEMORY_MIB = 500

let netdoctor: InstalledPackage
beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})

describe.each(hostileRoots.map((hostile) => [hostile.name, hostile] as const))('%s', (_, hostile) => {
  let made: MadeRoot
  beforeAll(() => {
    made = makeRoot(hostile, hostile.size > 100 ? Math.ceil(hostile.size / SHARE) : hostile.size)
  })
  afterAll(() => {
    made?.remove()
  })

  it('is judged as a root', () => {
    requireReport(requireAnswer([netdoctor.bin, ...check, '--json', '--root', made.root], MEMORY_MIB))
  })
  it('is judged as a recording, and told on a terminal', () => {
    requireAnswer([netdoctor.bin, ...check, '--verbose', '--from', made.recording], MEMORY_MIB)
  })
  it('is predicted', () => {
    const predict = ['predict', 'exec', '--all', '--json', '--timeout', '300', '--root', made.root]
    requireJsonLines(requireAnswer([netdoctor.bin, ...predict], MEMORY_MIB))
  })
})
