const LEAST_MS = 5
const RUNS = 3

/**
 * How much more CPU time `run(4 * size)` takes than `run(size)`: about 4 where time grows with the size, 16 where it
 * grows with its square. Each is the least of some runs, so that a busy machine or a warm-up hardly counts.
 */
export async function growthOf(run: (size: number) => unknown, size: number): Promise<number> {
  const least = {small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY}
  for (let at = 0; at < RUNS; at++) {
    least.small = Math.min(least.small, await cpuMs(() => run(size)))
    least.large = Math.min(least.large, await cpuMs(() => run(4 * size)))
  }
  return least.large / Math.max(least.small, LEAST_MS)
}

/** Less than that of anything quadratic, with room for a garbage collection. */
export const LINEAR = 10

async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 1000
}
