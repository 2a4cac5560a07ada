import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Report} from '../../src/model/report.js'
import {InstalledPackage} from '../support/cli.js'
import {hostileRoots} from '../support/hostile-units/all.js'
import {HostRoot, SECRET} from '../support/hostile-units/root.js'
import {type Measured, measured} from '../support/measured.js'

const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05.000Z', unlisted: 'absent'}
const judges = ['unit-environment', 'boot-persistence']
/** Node itself takes 40 MiB; no text below may make more of it than this. */
const MEMORY_MIB = 600

let netdoctor: InstalledPackage

beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})

/** It ended by itself, with an answer, in bounded memory; nothing raw, nothing secret, no stack. */
function requireAnswer(ended: Measured): void {
  const said = ended.stdout + ended.stderr
  expect(said).not.toContain(SECRET)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may get through
  expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(said).not.toContain('    at ')
  expect(ended.stderr).toBe('')
  expect([0, 1, 3]).toContain(ended.exitCode)
  expect(ended.peakMiB).toBeLessThan(MEMORY_MIB)
}

describe.each(hostileRoots.map((hostile) => [hostile.name, hostile] as const))('%s', (_, hostile) => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-e2e-'))
    mkdirSync(join(folder, 'root'))
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
    hostile.make(new HostRoot(join(folder, 'root')), hostile.size)
  })
  afterAll(() => {
    execFileSync('rm', ['-rf', folder])
  })

  it.each([
    ['a root', () => ['--root', join(folder, 'root')]],
    ['a recording', () => ['--from', folder]],
  ])('is judged as %s', (_name, where) => {
    const ended = measured([netdoctor.bin, 'check', ...judges, '--json', '--timeout', '300', ...where()])
    requireAnswer(ended)
    const report: Report = JSON.parse(ended.stdout)
    expect(report.checkers.filter(({status}) => status === 'error')).toEqual([])
  })

  it('is told on a terminal', () => {
    const root = join(folder, 'root')
    requireAnswer(measured([netdoctor.bin, 'check', ...judges, '--verbose', '--timeout', '300', '--root', root]))
  })

  it('is predicted', () => {
    const root = join(folder, 'root')
    const ended = measured([netdoctor.bin, 'predict', 'exec', '--all', '--json', '--timeout', '300', '--root', root])
    requireAnswer(ended)
    for (const line of ended.stdout.split('\n')) if (line !== '') JSON.parse(line)
  })
})
