import {spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {InstalledPackage} from '../support/cli.js'

let netdoctor: InstalledPackage

beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})

/** Runs it on a terminal of its own: script(1) makes one, and is on every Debian. */
function onTerminal(...args: readonly string[]): {exitCode: number | null; screen: string} {
  const line = [process.execPath, netdoctor.bin, ...args].map((word) => `'${word}'`).join(' ')
  const ended = spawnSync('script', ['-qec', line, '/dev/null'], {
    encoding: 'utf8',
    env: {PATH: process.env.PATH, HOME: netdoctor.folder, TERM: 'xterm', NETDOCTOR_CONTAINER_SOCKETS: ''},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (ended.error) throw ended.error
  return {exitCode: ended.status, screen: ended.stdout}
}

/** A recorded host of which nothing is known. */
function emptyHost(): string {
  const host = join(netdoctor.folder, 'host')
  mkdirSync(host, {recursive: true})
  const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05.000Z'}
  writeFileSync(join(host, 'manifest.json'), JSON.stringify({...manifest, unlisted: 'not-collected'}))
  return host
}

it('ends with its own exit code and words on a terminal too, where oclif makes a spinner', () => {
  const {exitCode, screen} = onTerminal('check', '--from', emptyHost())
  expect(screen).toContain('UNKNOWN')
  expect(screen).not.toMatch(/Node\.js v|not part of the build|^ {4}at /m)
  expect(exitCode).toBe(3)
})

it('says on a terminal too what is wrong with a command line', () => {
  const {exitCode, screen} = onTerminal('check', 'no-such-checker')
  expect(screen).toContain('no-such-checker')
  expect(screen).not.toMatch(/Node\.js v|not part of the build|^ {4}at /m)
  expect(exitCode).toBe(2)
})
