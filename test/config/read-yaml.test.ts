import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {loadAccepted, loadConfig} from '../../src/config/load.js'
import {readYaml} from '../../src/config/read-yaml.js'
import {configSchema} from '../../src/config/schema.js'
import {trustedFolder} from '../support/trusted-folder.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdoctor-config-'))
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

function put(text: string): string {
  const path = join(folder, 'file.yaml')
  writeFileSync(path, text)
  return path
}

describe('an accepted file', () => {
  it('is YAML or JSON', async () => {
    const entry = {id: 'uid-collision/shared-uid', subject: 'es', reason: 'known', until: '2026-12-31'}
    expect(await loadAccepted(put(JSON.stringify([entry])))).toEqual([entry])
    const yaml = '# ours\n- id: fork-limit/fork-blocked\n  reason: test host\n  until: 2026-12-31\n'
    expect(await loadAccepted(put(yaml))).toEqual([
      {id: 'fork-limit/fork-blocked', reason: 'test host', until: '2026-12-31'},
    ])
    expect(await loadAccepted(put('# nothing yet\n'))).toEqual([])
  })

  it.each([
    ['- id: shared-uid\n  reason: x\n  until: 2026-12-31', '0.id: is not <checker>/<rule>'],
    ['- id: a/b\n  until: 2026-12-31', '0.reason'],
    ["- id: a/b\n  reason: ' '\n  until: 2026-12-31", '0.reason: is empty'],
    ['- id: a/b\n  reason: x', '0.until'],
    ['- id: a/b\n  reason: x\n  until: soon', '0.until: is not a date'],
    ['- id: a/b\n  reason: x\n  until: 2026-02-30', '0.until: is no day of the calendar'],
    ['- id: a/b\n  reason: x\n  until: 2026-12-31\n  comment: y', '0.comment'],
    ['id: a/b', 'the whole file'],
    ['- [', 'file.yaml'],
  ])('%j is refused, and the place is named', async (text, problem) => {
    await expect(loadAccepted(put(text))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(problem),
    })
  })

  it('must exist', async () => {
    await expect(loadAccepted(join(folder, 'none.yaml'))).rejects.toThrow('There is no file')
  })
})

describe('reading', () => {
  it('does not wait for a FIFO, nor read what is no file or too large', async () => {
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    await expect(readYaml(fifo, configSchema)).rejects.toThrow('not a regular file')
    await expect(readYaml('/dev/zero', configSchema)).rejects.toThrow('not a regular file')
    await expect(readYaml(put(' '.repeat((1 << 20) + 1)), configSchema)).rejects.toThrow('larger than 1 MiB')
  })

  it('does not blow up on aliases of aliases', async () => {
    const levels = Array.from(
      {length: 12},
      (_, level) =>
        `a${level}: &a${level} [${Array(9)
          .fill(level === 0 ? 'x' : `*a${level - 1}`)
          .join(', ')}]`,
    )
    await expect(readYaml(put(levels.join('\n')), configSchema)).rejects.toMatchObject({name: 'UserError'})
  })
})

describe('the configuration', () => {
  it('may be missing, unless it was named', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({name: 'UserError'})
  })

  it('is refused where others may write, for it names code to run', async () => {
    await expect(loadConfig(put('plugins: []'))).rejects.toThrow(
      /Refused to load the configuration .*\/tmp is writable by everybody/,
    )
  })

  it('is read where only root and the caller may write', async () => {
    const trusted = trustedFolder()
    try {
      const path = join(trusted, 'config.yaml')
      writeFileSync(path, 'plugins:\n  - /opt/check.mjs\n')
      expect(await loadConfig(path)).toEqual({path, config: {plugins: ['/opt/check.mjs']}})
      writeFileSync(path, 'plugin: x\n')
      await expect(loadConfig(path)).rejects.toThrow('plugin')
    } finally {
      rmSync(trusted, {recursive: true})
    }
  })
})
