import {randomInt} from 'node:crypto'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {buildForLab} from '../../support/lab/build.js'
import {command} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'

const CASES = Number(process.env.NETDOCTOR_CASES ?? 100)

interface Outcome {
  readonly skipped?: true
  readonly mounts: number
  readonly visible: number
  readonly resolved: number
  readonly differences: readonly string[]
}

describeLab('host paths of a container’s mounts', ['root', 'unshare', 'perl'], () => {
  it('are where the kernel has them, in random situations', async () => {
    const first = Number(process.env.NETDOCTOR_SEED ?? randomInt(2 ** 31))
    const {dir, remove} = await scratch()
    try {
      const program = await buildForLab('test/lab/mounts/compare.ts', join(dir, 'built'))
      await mkdir(join(dir, 'host'))
      const sum = {skipped: 0, mounts: 0, visible: 0, resolved: 0}
      for (let seed = first; seed < first + CASES; seed++) {
        const unshared = ['unshare', '--mount', '--propagation=private', process.execPath] as const
        const outcome: Outcome = JSON.parse(await command([...unshared, program, join(dir, 'host'), String(seed)]))
        expect(outcome.differences, `NETDOCTOR_SEED=${seed}`).toEqual([])
        if (outcome.skipped) sum.skipped += 1
        for (const key of ['mounts', 'visible', 'resolved'] as const) sum[key] += outcome[key]
      }
      console.log(`mounts: ${CASES} situations from seed ${first}: ${JSON.stringify(sum)}`)
      // A generator that makes nothing to be wrong about proves nothing.
      expect(sum.mounts - sum.visible).toBeGreaterThan(CASES / 4)
      expect(sum.visible - sum.resolved).toBeGreaterThan(CASES / 4)
      expect(sum.resolved).toBeGreaterThan(CASES)
    } finally {
      await remove()
    }
  })
})
