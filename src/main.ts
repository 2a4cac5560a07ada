import type {LoadOptions} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {describeFailure} from './cli/failure.js'
import {exitCodes} from './engine/exit-code.js'
import {writeError} from './output/write.js'

/**
 * Runs the command line and ends the process with its exit code. The one place that catches what a
 * command throws, and the one that calls `process.exit`: a read that hangs must not keep it alive.
 * What must not outlive the process (children, a half drawn line) listens for its `exit` event.
 */
export async function main(options: LoadOptions = import.meta.url): Promise<void> {
  process.once('SIGINT', () => process.exit(exitCodes.interrupted))
  process.once('SIGTERM', () => process.exit(exitCodes.terminated))
  let failed = false
  const fail = async (error: unknown): Promise<void> => {
    // A failed write is told twice: to the writer, and as an event that nobody hears.
    if (failed) return
    failed = true
    const {text, exitCode} = describeFailure(error)
    await writeError(text)
    process.exit(exitCode)
  }
  process.on('uncaughtException', fail)
  try {
    await run(process.argv.slice(2), options)
  } catch (error) {
    await fail(error)
  }
  process.exit()
}
