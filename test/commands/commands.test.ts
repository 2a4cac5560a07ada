import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import Check from '../../commands/check.js'
import Explain from '../../commands/explain.js'
import List from '../../commands/list.js'
import PredictForks from '../../commands/predict/forks.js'
import {checkers} from '../../src/checkers/index.js'
import type {Report} from '../../src/model/report.js'
import {schemaErrors} from '../support/schema.js'
import {runCommand} from './run.js'

const avahiUpgrade = fileURLToPath(new URL('../../src/checkers/fork-limit/cases/avahi-upgrade/host', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdoctor-commands-'))
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

/** A recorded host of which nothing was recorded. */
function emptyHost(): string {
  mkdirSync(join(folder, 'host'))
  writeFileSync(
    join(folder, 'host/manifest.json'),
    '{"format": "netdoctor-bundle", "version": 1, "collectedAt": "2026-01-02T03:04:05.000Z"}',
  )
  return join(folder, 'host')
}

function parsed(stdout: string): Report {
  const report: Report = JSON.parse(stdout)
  expect(schemaErrors(report)).toEqual([])
  return report
}

describe('check', () => {
  it('tells the story of the upgrade that fails, cause first', async () => {
    const {stdout, stderr, exitCode} = await runCommand(Check, ['--from', avahiUpgrade])
    expect([exitCode, stderr]).toEqual([1, ''])
    expect(stdout.replace(/^recorded [^\n]+\n[\s\S]*?\n\n/m, 'recorded ...\n\n')).toMatchSnapshot()
    expect(stdout.split('\n').every((line) => line.length <= 80 || line === avahiUpgrade)).toBe(true)
  })

  it('prints the same as JSON with --json and --format json', async () => {
    const reports: Report[] = []
    for (const flags of [['--json'], ['--format', 'json']]) {
      reports.push(parsed((await runCommand(Check, ['--from', avahiUpgrade, ...flags])).stdout))
    }
    const [one, other] = reports.map(({findings, exitCode}) => ({findings, exitCode}))
    expect(one).toEqual(other)
    expect(one?.exitCode).toBe(1)
  })

  it('runs and shows only what is asked for', async () => {
    const only = await runCommand(Check, ['--from', avahiUpgrade, '--json', '--only', 'uid-collision'])
    expect(parsed(only.stdout).checkers.map(({id}) => id)).toEqual(['uid-collision'])
    const skip = await runCommand(Check, [
      '--from',
      avahiUpgrade,
      '--json',
      '--skip',
      'fork-limit/start-blocked',
      '--skip',
      'uid-collision',
    ])
    expect(parsed(skip.stdout)).toMatchObject({findings: [], exitCode: 0})
    const named = await runCommand(Check, ['fork-limit', '--from', avahiUpgrade, '--json'])
    expect(parsed(named.stdout).checkers.map(({id}) => id)).toEqual(['fork-limit'])
  })

  it('takes an accepted finding off the exit code, but shows it', async () => {
    const ids = parsed((await runCommand(Check, ['--from', avahiUpgrade, '--json'])).stdout).findings.map(({id}) => id)
    const accepted = join(folder, 'accepted.json')
    writeFileSync(accepted, JSON.stringify([...new Set(ids)].map((id) => ({id, reason: 'known', until: '2099-12-31'}))))
    const {stdout, exitCode} = await runCommand(Check, ['--from', avahiUpgrade, '--accepted', accepted])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`${ids.length} accepted`)
    expect(stdout).toContain('until 2099-12-31: known')
  })

  it('never says ok where nothing is known', async () => {
    const {stdout, exitCode} = await runCommand(Check, ['--from', emptyHost(), '--json'])
    expect(exitCode).toBe(3)
    for (const checker of parsed(stdout).checkers) {
      expect(checker).toMatchObject({
        status: 'unknown',
        missing: expect.arrayContaining([expect.objectContaining({reason: 'not-collected'})]),
      })
    }
  })

  it.each([
    [['--only', 'fork-limits'], 'There is no rule "fork-limits"'],
    [['nonsense'], 'There is no checker "nonsense"'],
    [['--timeout', '0'], '--timeout takes a number of seconds'],
    [['--timeout', '-1'], '--timeout takes a number of seconds'],
    [['--timeout', '1e3'], '--timeout takes a number of seconds'],
    [['--fail-on', 'fatal'], '--fail-on'],
  ])('refuses %j', async (args, message) => {
    const {error, stdout} = await runCommand(Check, ['--from', avahiUpgrade, ...args])
    expect(error?.message).toContain(message)
    expect(stdout).toBe('')
  })
})

describe('list', () => {
  it('names every rule and what each checker needs', async () => {
    const {stdout} = await runCommand(List, [])
    for (const checker of checkers) {
      for (const rule of Object.keys(checker.rules)) expect(stdout).toContain(`${checker.id}/${rule}`)
      expect(stdout).toContain(`needs ${checker.needs.slice(0, 2).join(', ')}`)
    }
  })
})

describe('explain', () => {
  it.each(checkers.flatMap(({id, rules}) => Object.keys(rules).map((rule) => [id, rule] as const)))(
    'has words for %s/%s, and for nothing else on that page',
    async (id, rule) => {
      const {stdout} = await runCommand(Explain, [`${id}/${rule}`])
      expect(stdout.split('\n')[0]).toBe(rule)
      expect(stdout.length).toBeGreaterThan(60)
      expect(stdout).not.toMatch(/^#|```/m)
      const others = checkers.flatMap((checker) => Object.keys(checker.rules)).filter((other) => other !== rule)
      expect(stdout.split('\n').filter((line) => others.includes(line))).toEqual([])
    },
  )

  it('knows checkers as a whole, and names what it does not know', async () => {
    expect((await runCommand(Explain, ['fork-limit'])).stdout).toContain('What it checks')
    expect((await runCommand(Explain, ['fork-limt'])).error).toMatchObject({
      suggestions: ['fork-limit', 'netdoctor list'],
    })
    expect((await runCommand(Explain, ['../../../etc/passwd'])).error?.message).toContain('There is no checker or rule')
  })
})

describe('predict forks', () => {
  it('answers for a UID in the shape that other programs read', async () => {
    const {stdout, exitCode} = await runCommand(PredictForks, [
      '--uid',
      '102',
      '--limit',
      '3',
      '--from',
      avahiUpgrade,
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: 0,
      limit: 3,
      limitSource: '--limit',
      counter: {kuid: 102},
      exempt: false,
      decidedBy: 'rlimit-nproc',
    })
    expect(JSON.parse(stdout).count).toBeGreaterThan(3)
    expect(JSON.parse(stdout).charged[0]).toMatchObject({container: expect.any(String), tasks: expect.any(Number)})
  })

  it('says the same to a person', async () => {
    const {stdout} = await runCommand(PredictForks, ['--uid', '102', '--limit', '3', '--from', avahiUpgrade])
    expect(stdout).toContain('the next fork() fails with EAGAIN')
  })

  it('has exit code 3 where nothing is known', async () => {
    expect(await runCommand(PredictForks, ['--uid', '102', '--from', emptyHost()])).toMatchObject({exitCode: 3})
  })

  it.each([
    [[], '--uid'],
    [['--uid', '1', '--pid', '2'], '--pid'],
    [['--uid', 'root'], '--uid takes a whole number, not "root"'],
    [['--uid', '-1'], '--uid'],
    [['--uid', '4294967296'], '--uid takes a whole number'],
    [['--uid', '1', '--limit', 'many'], '--limit takes a whole number'],
    [['--pid', '999999'], 'no process with PID 999999'],
    [['--unit', 'none.service'], 'none.service'],
  ])('refuses %j', async (args, message) => {
    const {error} = await runCommand(PredictForks, [...args, '--from', avahiUpgrade])
    expect(error?.message).toContain(message)
  })
})
