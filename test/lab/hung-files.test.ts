import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {readInChild} from '../../src/sources/live/expendable-reader.js'
import {runCommand} from '../../src/sources/live/run-command.js'
import {type HungMount, startHungMount} from '../support/lab/hung-mount.js'
import {describeLab} from '../support/lab/requirements.js'
import {type Scratch, scratch} from '../support/lab/scratch.js'

const fuse = {lacking: existsSync('/dev/fuse') ? null : '/dev/fuse is missing'}

describeLab('a file system that never answers', ['root', 'unshare', 'nsenter', 'python3', fuse], () => {
  let space: Scratch
  let hung: HungMount
  beforeAll(async () => {
    space = await scratch()
    hung = await startHungMount(space.dir)
  })
  afterAll(async () => {
    await hung?.stop()
    await space?.remove()
  })

  test('costs its own requests their deadline, and the others nothing', async () => {
    writeFileSync(`${space.dir}/file`, 'there')
    const root = `/proc/${hung.pid}/root${space.dir}`
    const requests = [
      {root: `${root}/hung`, path: '/etc/passwd', maxBytes: 1000},
      {root: `${root}/hung`, path: '/etc/group', maxBytes: 1000},
      {root, path: '/file', maxBytes: 1000},
      {root: `/proc/${hung.pid}/root`, path: `${space.dir}/hung/passwd`, maxBytes: 1000},
      {root, path: '/file', maxBytes: 1000},
    ]
    const results = await readInChild(requests, {timeoutMs: 5000})
    const timeout = {reason: 'timeout', detail: expect.stringContaining('no answer within 5000 ms')}
    expect(results).toEqual([timeout, timeout, {text: 'there'}, timeout, {text: 'there'}])
  })

  test('does not keep a command in our hands that not even SIGKILL ends', async () => {
    const script = `echo $$ >"${space.dir}/pid"; exec cat "/proc/${hung.pid}/root${hung.path}/file"`
    const answer = await runCommand(['sh', '-c', script], {input: 'it', timeoutMs: 300})
    expect(answer).toMatchObject({reason: 'timeout', detail: expect.stringContaining('still running, given up')})
    const pid = readFileSync(`${space.dir}/pid`, 'utf8').trim()
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^State:\tD /m)
  })

  test('does not keep the live source from answering, nor its process from ending', () => {
    const unit = '[Service]\nEnvironmentFile=/hung/env\nEnvironmentFile=/etc/real.env\nEnvironmentFile=/link/env\n'
    mkdirSync(`${space.dir}/etc/systemd/system`, {recursive: true})
    writeFileSync(`${space.dir}/etc/systemd/system/a.service`, unit)
    writeFileSync(`${space.dir}/etc/real.env`, 'A=1\n')
    symlinkSync('/hung', `${space.dir}/link`)
    const hangs = {type: 'unread', reason: 'timeout'}
    // In the namespace of the mount, where it covers a folder of configuration.
    const child = spawnSync(
      'nsenter',
      [
        `--mount=/proc/${hung.pid}/ns/mnt`,
        `--wd=${process.cwd()}`,
        process.execPath,
        '--import',
        'tsx',
        'test/support/lab/collect-hung.ts',
        hung.path,
      ],
      {encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL', cwd: process.cwd()},
    )
    expect(child.stderr).toBe('')
    expect(JSON.parse(child.stdout)).toEqual({
      hung: {status: 'missing', reason: 'timeout'},
      through: {status: 'missing', reason: 'timeout'},
      tree: [{type: 'unread', reason: 'timeout'}],
      passwd: {status: 'raw'},
      // By path: passwd, then what hangs; the temporary folder's names are random.
      named: [{type: 'file'}, hangs, hangs, hangs],
      root: [{type: 'file'}, hangs, hangs],
      hungRoot: 'UserError',
    })
  })
})
