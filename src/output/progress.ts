import {visible} from './escape.js'

const DELAY_MS = 300
const REFRESH_MS = 200
const ERASE_LINE = '\r\u001b[2K'

export interface Progress {
  stop(): void
}

/**
 * Shows one line on a terminal if the work takes longer than 300 ms, and takes it away again.
 * `describe` is asked for the text each time. Shows nothing where `stream` is not a terminal.
 */
export function showProgress(
  stream: {readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown},
  describe: () => string,
): Progress {
  if (!stream.isTTY) return {stop: () => undefined}
  const started = Date.now()
  let shown = false
  const draw = (): void => {
    shown = true
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    const line = visible(`${seconds} s: ${describe()}`)
    stream.write(`${ERASE_LINE}${line.slice(0, (stream.columns ?? 80) - 1)}`)
  }
  let timer = setTimeout(() => {
    draw()
    timer = setInterval(draw, REFRESH_MS).unref()
  }, DELAY_MS).unref()
  const stop = (): void => {
    clearTimeout(timer)
    process.off('exit', stop)
    if (shown) stream.write(ERASE_LINE)
    shown = false
  }
  // An interrupted run must leave no half line behind.
  process.once('exit', stop)
  return {stop}
}
