const SLICE_MS = 20

/**
 * For long synchronous work: `await pause()` between its steps lets timers and answers of other
 * inputs through every 20 ms, and costs nothing in between.
 */
export function createPause(): () => Promise<void> | undefined {
  let started = performance.now()
  return () => {
    if (performance.now() - started < SLICE_MS) return
    return new Promise((resolve) => {
      setImmediate(() => {
        started = performance.now()
        resolve()
      })
    })
  }
}
