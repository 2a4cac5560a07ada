import {fileURLToPath} from 'node:url'
import type {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import {captureOutput} from '@oclif/test'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A configuration that finds no commands: tests bring their class along. */
async function prepareConfig(): Promise<Config> {
  // As main does: oclif fails for a UID without an account otherwise.
  process.env.SHELL ??= '/bin/sh'
  process.env.HOME ||= '/'
  const config = new Config({root, userPlugins: false, devPlugins: false})
  await config.load()
  delete config.pjson.oclif.commands
  return config
}

let config: Promise<Config> | undefined

/** Runs a command class in this process: what it printed, what it threw, the exit code it set. */
export async function runCommand(
  command: typeof Command & {run: (argv: string[], config: Config) => Promise<unknown>},
  args: readonly string[],
) {
  config ??= prepareConfig()
  const loaded = await config
  const before = process.exitCode
  process.exitCode = undefined
  const {stdout, stderr, error} = await captureOutput(() => command.run([...args], loaded))
  const exitCode = process.exitCode
  process.exitCode = before
  return {stdout, stderr, error, exitCode}
}
