import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {showProgress} from '../../src/output/progress.js'

function recorder(isTTY: boolean) {
  const written: string[] = []
  return {isTTY, columns: 30, written, write: (text: string) => written.push(text)}
}

describe('showProgress', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('says nothing before 300 ms', () => {
    const stream = recorder(true)
    const progress = showProgress(stream, () => 'reading')
    vi.advanceTimersByTime(299)
    progress.stop()
    vi.advanceTimersByTime(1000)
    expect(stream.written).toEqual([])
  })

  it('then shows one line, and erases it at the end', () => {
    const stream = recorder(true)
    const progress = showProgress(stream, () => 'reading \u001b[31mprocesses and much more')
    vi.advanceTimersByTime(301)
    progress.stop()
    expect(stream.written).toEqual(['\r\u001b[2K0.3 s: reading \\x1b[31mproces', '\r\u001b[2K'])
  })

  it('never writes to a pipe', () => {
    const stream = recorder(false)
    const progress = showProgress(stream, () => 'reading')
    vi.advanceTimersByTime(5000)
    progress.stop()
    expect(stream.written).toEqual([])
  })
})
