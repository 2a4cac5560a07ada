import {fileURLToPath} from 'node:url'
import type {Options} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {describeFailure} from './cli/failure.js'
import {exitCodes} from './engine/exit-code.js'
import {writeError} from './output/write.js'

/**
 * Runs the command line and ends the process with its exit code. The one place that catches what a
 * command throws, and the one that calls `process.exit`: a read that hangs must not keep it alive.
 * What must not outlive the process (children, a half drawn line) listens for its `exit` event.
 */
export async function main(options: Partial<Options> = {}): Promise<void> {
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
    await run(process.argv.slice(2), {...ownOptions(), ...options})
  } catch (error) {
    await fail(error)
  }
  process.exit()
}

/**
 * oclif would load plugins of its own kind from the caller's home. Ours are examined first, so no
 * code comes in this way.
 */
function ownOptions(): Options {
  // oclif asks for the shell and the home of the caller, which is an error for a UID without an account.
  process.env.SHELL ??= '/bin/sh'
  process.env.HOME ||= '/'
  return {root: fileURLToPath(import.meta.url), userPlugins: false, devPlugins: false, jitPlugins: false}
}
