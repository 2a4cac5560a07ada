import {randomBytes} from 'node:crypto'
import {command, type Output, tryCommand} from '../../support/lab/command.js'
import {guard} from '../../support/lab/guard.js'

export interface NetworkNamespace {
  readonly name: string
  /** Runs a program in it, and rejects unless that exits with 0. */
  ask(argv: readonly string[], input?: string): Promise<string>
  run(argv: readonly string[], input?: string): Promise<Output>
  remove(): Promise<void>
}

/** A network namespace with `lo` up, which is gone when this process is. */
export async function networkNamespace(): Promise<NetworkNamespace> {
  const name = `nd-${process.pid}-${randomBytes(3).toString('hex')}`
  const {release} = guard('ip netns del "$1"', name)
  await command(['ip', 'netns', 'add', name])
  const inside = (argv: readonly string[]): [string, ...string[]] => ['ip', 'netns', 'exec', name, ...argv]
  const options = (input: string | undefined) => (input === undefined ? {} : {input})
  await command(inside(['ip', 'link', 'set', 'lo', 'up']))
  return {
    name,
    ask: (argv, input) => command(inside(argv), options(input)),
    run: (argv, input) => tryCommand(inside(argv), options(input)),
    remove: release,
  }
}
