import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** The first is start-up with next to nothing to do; each other is four times the one before. */
const SIZES = [1, 2500, 10_000, 40_000]

interface Batch {
  readonly name: string
  /** Arguments after the program; what `input` gives is its standard input. */
  args(size: number): readonly string[]
  input?(size: number): string
}

/**
 * Times what is asked for by the thousand, beyond start-up: how long the batch takes, and how that grows with its size
 * (4 is linear).
 *
 * @param folder for scripts
 */
export function benchBatches(bin: string, folder: string, runs: number): void {
  const batches: readonly Batch[] = [
    {
      name: 'predict source, addresses on standard input',
      args: () => ['predict', 'source'],
      input: (size) =>
        Array.from({length: size}, (_, at) => `2001:db8:${(at % 0xffff).toString(16)}::${at % 7}\n`).join(''),
    },
    {
      name: 'predict tc, filters of a script',
      args: (size) => {
        const file = join(folder, `shape-${size}`)
        writeFileSync(file, shapingScript(size))
        return ['predict', 'tc', file]
      },
    },
  ]
  for (const {name, args, input} of batches) {
    const times = SIZES.map(() => [] as number[])
    for (let run = 0; run < runs; run++) {
      for (const [at, size] of SIZES.entries()) {
        const start = performance.now()
        const {status, error, stderr} = spawnSync(process.execPath, [bin, ...args(size)], {
          stdio: ['pipe', 'ignore', 'pipe'],
          input: input?.(size) ?? '',
          encoding: 'utf8',
        })
        if (error) throw error
        if (status === null || status > 3) throw new Error(`${name}: exit code ${status}: ${stderr}`)
        times[at]?.push(performance.now() - start)
      }
    }
    const medians = times.map((list) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN)
    const [start = Number.NaN, ...rest] = medians
    console.log(`\n${name}; medians of ${runs} runs, start-up ${start.toFixed(0)} ms`)
    console.log('   size  ms beyond it  grown by')
    for (const [at, median] of rest.entries()) {
      const before = rest[at - 1]
      const grown = before === undefined ? '' : ((median - start) / (before - start)).toFixed(2)
      console.log(
        `${String(SIZES[at + 1]).padStart(7)} ${(median - start).toFixed(0).padStart(13)} ${grown.padStart(9)}`,
      )
    }
  }
}

/** Few priorities, as u32 has no more than 2047 tables for one discipline. */
function shapingScript(filters: number): string {
  const lines = Array.from({length: filters}, (_, at) => {
    const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
    return `$TC filter add dev $DEV parent 1: protocol ip prio ${(at % 20) + 1} u32 match ip dst ${address} flowid 1:10\n`
  })
  const head = `TC=/sbin/tc
DEV=eth0
$TC qdisc add dev $DEV root handle 1: htb default 10
$TC class add dev $DEV parent 1: classid 1:10 htb rate 1mbit
`
  return head + lines.join('')
}
