import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import Check from '../commands/check.js'
import PredictExec from '../commands/predict/exec.js'
import PredictForks from '../commands/predict/forks.js'
import PredictSource from '../commands/predict/source.js'
import PredictTc from '../commands/predict/tc.js'
import {runCommand} from './commands/run.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

/** What the README shows below each command line of netdoctor. */
const shown = [...readme.matchAll(/```console\n\$ netdoctor (.*)\n([\s\S]*?)\n```/g)].map(
  ([, line = '', output = '']) => ({
    line,
    output,
  }),
)

const commands = {
  check: Check,
  'predict forks': PredictForks,
  'predict exec': PredictExec,
  'predict source': PredictSource,
  'predict tc': PredictTc,
}

describe('the README', () => {
  it.each(shown)('shows what netdoctor $line prints', async ({line, output}) => {
    process.chdir(root)
    const [name, command] = Object.entries(commands).find(([each]) => line.startsWith(`${each} `)) ?? []
    if (!name || !command) throw new Error('unknown command')
    const {stdout} = await runCommand(command, line.slice(name.length + 1).split(' '))
    expect(stdout.trimEnd()).toBe(output)
  })

  it('shows each of these commands', () => {
    for (const name of Object.keys(commands)) expect(shown.some(({line}) => line.startsWith(`${name} `))).toBe(true)
  })

  it('names its two commands on the first screen, each on a line of its own', () => {
    const screen = readme.split('\n').slice(0, 24)
    expect(screen).toContain('npm ci && npm run build && ./bin/run.js check')
    expect(screen).toContain('npm ci && npm test')
  })
})
