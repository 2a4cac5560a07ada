import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'vitest'
import type {Report} from '../../../src/model/report.js'
import {measured} from '../measured.js'
import {type HostileRoot, HostRoot, SECRET} from './root.js'

const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05.000Z', unlisted: 'absent'}

export interface MadeRoot {
  /** A root file system, and a recording that holds the same. */
  readonly root: string
  readonly recording: string
  remove(): void
}

export function makeRoot(hostile: HostileRoot, size: number): MadeRoot {
  const recording = mkdtempSync(join(tmpdir(), 'nd-hostile-'))
  const root = join(recording, 'root')
  mkdirSync(root)
  writeFileSync(join(recording, 'manifest.json'), JSON.stringify(manifest))
  hostile.make(new HostRoot(root), size)
  // Names in it are no UTF-8, which rmSync() cannot remove.
  return {root, recording, remove: () => execFileSync('rm', ['-rf', recording])}
}

/** It ends by itself, with an answer, in bounded memory; nothing raw, nothing secret, no stack. Gives what it printed. */
export function requireAnswer(argv: readonly string[], memoryMiB: number): string {
  const ended = measured(argv)
  const said = ended.stdout + ended.stderr
  expect(said.includes(SECRET)).toBe(false)
  // A patch keeps its tabs, or it would be none.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may get through
  expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/.exec(said)).toBeNull()
  expect(ended.stderr.slice(0, 1000)).toBe('')
  expect([0, 1, 3]).toContain(ended.exitCode)
  expect(ended.peakMiB).toBeLessThan(memoryMiB)
  return ended.stdout
}

/** No checker may have broken. */
export function requireReport(stdout: string): void {
  const report: Report = JSON.parse(stdout)
  expect(report.checkers.filter(({status}) => status === 'error')).toEqual([])
}

export function requireJsonLines(stdout: string): void {
  for (const line of stdout.split('\n')) if (line !== '') JSON.parse(line)
}
