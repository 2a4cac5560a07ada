import {mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import BundleCreate from '../../commands/bundle/create.js'
import Check from '../../commands/check.js'
import PredictForks from '../../commands/predict/forks.js'
import {temporaryFolder} from '../support/temporary-folder.js'
import {runCommand} from './run.js'

describe('--root', () => {
  test('reads the root file system that is mounted there', async () => {
    const root = temporaryFolder()
    mkdirSync(`${root}/etc`)
    mkdirSync(`${root}/usr/lib`, {recursive: true})
    writeFileSync(`${root}/etc/hostname`, 'rescued\n')
    writeFileSync(`${root}/usr/lib/os-release`, 'PRETTY_NAME="An OS"\n')
    symlinkSync('/usr/lib/os-release', `${root}/etc/os-release`)
    const {stdout} = await runCommand(Check, ['fork-limit', '--root', root, '--json'])
    const report = JSON.parse(stdout)
    expect(report.host).toMatchObject({hostname: 'rescued', os: 'An OS', source: root})
    // What only a running system knows is not known, and thus nothing is in order.
    expect(report).toMatchObject({exitCode: 3, checkers: [{id: 'fork-limit', status: 'unknown'}]})
    expect((await runCommand(PredictForks, ['--uid', '0', '--root', root, '--json'])).exitCode).toBe(3)
  })

  test.each([
    ['/nowhere', 'Cannot open /nowhere: ENOENT'],
    ['/etc/passwd', 'Cannot open /etc/passwd: ENOTDIR'],
    ['/proc/self/task', '/proc/self/task is no root file system: it has neither etc nor usr'],
  ])('%s is none', async (root, message) => {
    const {error} = await runCommand(Check, ['--root', root])
    expect(error).toMatchObject({name: 'UserError', message})
  })

  test('does not go with --from', async () => {
    const {error} = await runCommand(Check, ['--root', '/', '--from', '/'])
    expect(error?.message).toContain('cannot also be provided')
  })
})

test('bundle create says what of it is secret, and keeps it to its owner', async () => {
  const folder = `${temporaryFolder()}/bundle`
  const {stdout} = await runCommand(BundleCreate, ['--unpacked', folder, '--timeout', '60'])
  expect(stdout).toMatch(
    /^Recorded \d+ inputs in .+\.\nIt may hold passwords and keys \(.+\): do not pass it on unread\.\n$/,
  )
  for (const name of ['environment-files', 'service-defaults', 'unit-programs', 'init-environ']) {
    expect(stdout).toContain(name)
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(`${folder}/manifest.json`).mode & 0o777).toBe(0o600)
  // What `predict` alone reads is in it too.
  expect(readFileSync(`${folder}/manifest.json`, 'utf8')).toContain('"gai-conf"')
})
