import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import Check from '../commands/check.js'
import PredictForks from '../commands/predict/forks.js'
import {runCommand} from './commands/run.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

/** What the README shows below a command line. */
function shown(commandLine: RegExp): {args: string[]; output: string} {
  for (const [, line = '', output = ''] of readme.matchAll(/```console\n\$ netdoctor (.*)\n([\s\S]*?)\n```/g)) {
    if (commandLine.test(line)) return {args: line.split(' '), output}
  }
  throw new Error(`the README shows no ${commandLine}`)
}

describe('the README', () => {
  it('shows what check prints', async () => {
    const {args, output} = shown(/^check /)
    process.chdir(root)
    const {stdout} = await runCommand(Check, args.slice(1))
    expect(stdout.trimEnd()).toBe(output)
  })

  it('shows what predict forks prints', async () => {
    const {args, output} = shown(/^predict forks /)
    process.chdir(root)
    const {stdout} = await runCommand(PredictForks, args.slice(2))
    expect(stdout.trimEnd()).toBe(output)
  })

  it('names its two commands on the first screen, each on a line of its own', () => {
    const screen = readme.split('\n').slice(0, 24)
    expect(screen).toContain('npm ci && npm run build && ./bin/run.js check')
    expect(screen).toContain('npm ci && npm test')
  })
})
