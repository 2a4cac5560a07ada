import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {InstalledPackage} from '../../support/cli.js'
import {hostileRoots} from '../../support/hostile-units/all.js'
import {HostRoot} from '../../support/hostile-units/root.js'
import {type Measured, measured} from '../../support/measured.js'

/** Four times the text: time of 4 would be linear, of 16 quadratic. */
const LARGER = 4
const LINEAR_ENOUGH = 8
/** What the ratio of two small times says is noise. */
const SMALL_MS = 250

let netdoctor: InstalledPackage
let folder: string
let idleMs: Record<string, number>
beforeAll(() => {
  netdoctor = new InstalledPackage()
  folder = mkdtempSync(join(tmpdir(), 'nd-scale-'))
  const empty = made('empty', () => undefined)
  idleMs = Object.fromEntries(Object.entries(commands).map(([name, args]) => [name, run(args, empty).cpuMs]))
})
afterAll(() => {
  netdoctor?.remove()
  if (folder !== undefined) execFileSync('rm', ['-rf', folder])
})

const commands = {
  check: ['check', 'unit-environment', 'boot-persistence', '--json'],
  'predict exec': ['predict', 'exec', '--all', '--json'],
} as const

function made(name: string, make: (root: HostRoot) => void): string {
  const root = join(folder, name)
  mkdirSync(root)
  make(new HostRoot(root))
  return root
}

function run(args: readonly string[], root: string): Measured {
  return measured([netdoctor.bin, ...args, '--timeout', '300', '--root', root])
}

const scaled = hostileRoots.filter(({size}) => size > 100)
const cases = scaled.flatMap((hostile) =>
  Object.entries(commands).map(([command, args]) => [command, hostile.name, {hostile, args}] as const),
)

it.each(cases)('%s takes no more than linear time for %s', (command, name, {hostile, args}) => {
  const [small, large] = [hostile.size >> 2, (hostile.size >> 2) * LARGER].map((size, at) => {
    const root = made(`${name.replaceAll(' ', '-')}-${at}`, (host) => hostile.make(host, size))
    try {
      const ended = run(args, root)
      expect([0, 1, 3]).toContain(ended.exitCode)
      return ended.cpuMs - (idleMs[command] ?? 0)
    } finally {
      execFileSync('rm', ['-rf', root])
    }
  })
  if (small === undefined || large === undefined) throw new Error('not run')
  expect(large / Math.max(small, SMALL_MS)).toBeLessThan(LINEAR_ENOUGH)
})
