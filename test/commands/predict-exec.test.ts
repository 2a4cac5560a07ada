import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import PredictExec from '../../commands/predict/exec.js'
import {temporaryFolder} from '../support/temporary-folder.js'
import {runCommand} from './run.js'

const elasticsearch = `[Service]
Environment=LANGUAGE=de
EnvironmentFile=-/etc/default/elasticsearch
ExecStart=/usr/share/elasticsearch/bin/elasticsearch \\
  -Des.default.config=$CONF_FILE --data=\${LANGUAGE} -p \${PID_DIR}/es.pid $DATA_DIR $ES_OPTS $RUN/x
ExecReload=:/bin/kill -HUP $MAINPID
`

const files = {
  '/usr/lib/systemd/system/elasticsearch.service': elasticsearch,
  '/usr/lib/systemd/system/broken.service': '[Service]\nExecStart=/bin/a\nExecStart=/bin/b\n',
  '/usr/lib/systemd/system/needs-file.service':
    '[Service]\nEnvironmentFile=/etc/default/nothing\nExecStart=/bin/true $X\n',
  '/usr/lib/systemd/system/instance@.service': '[Service]\nExecStart=/bin/echo %i ${ESC}\n',
  '/etc/default/elasticsearch': '#CONF_FILE=/etc/es.yml\nES_OPTS="--password geheim"\nexport DATA_DIR=/x\n',
  '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.so': '',
}

function mountedRoot(more: Readonly<Record<string, string>> = {}): string {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries({...files, ...more})) {
    mkdirSync(dirname(join(root, path)), {recursive: true})
    writeFileSync(join(root, path), text)
  }
  return root
}

describe('predict exec', () => {
  it('says of every argument what it becomes, and why', async () => {
    const {stdout, exitCode} = await runCommand(PredictExec, ['elasticsearch', '--root', mountedRoot()])
    expect(exitCode).toBe(0)
    expect(stdout).toMatchSnapshot()
    expect(stdout).not.toContain('geheim')
  })

  it('prints one unit as one JSON document, by the version that is asked for', async () => {
    const args = ['elasticsearch', '--root', mountedRoot(), '--systemd-version', '252', '--format', 'json']
    const answer = JSON.parse((await runCommand(PredictExec, args)).stdout)
    expect(answer).toMatchObject({unit: 'elasticsearch.service', systemdVersion: 252, loadState: 'loaded'})
    const [start, reload] = answer.commands
    expect(start).toMatchObject({
      directive: 'ExecStart',
      index: 0,
      path: '/usr/share/elasticsearch/bin/elasticsearch',
      argv: [
        '/usr/share/elasticsearch/bin/elasticsearch',
        '-Des.default.config=$CONF_FILE',
        '--data=<LANGUAGE>',
        '-p',
        '/es.pid',
        '<ES_OPTS>',
        '<ES_OPTS>',
      ],
      unset: ['DATA_DIR', 'PID_DIR'],
      invalid: ['RUN/x'],
    })
    expect(reload).toMatchObject({directive: 'ExecReload', prefixes: ':', argv: ['/bin/kill', '-HUP', '$MAINPID']})
    const origin = {path: '/etc/default/elasticsearch', line: 2}
    expect(answer.environment).toContainEqual({name: 'ES_OPTS', origin, conditional: false})
    expect(JSON.stringify(answer)).not.toContain('geheim')
  })

  it('prints values where they are asked for', async () => {
    const args = ['elasticsearch', '--root', mountedRoot(), '--show-values', '--json']
    const answer = JSON.parse((await runCommand(PredictExec, args)).stdout)
    expect(answer.commands[0].argv.slice(-2)).toEqual(['--password', 'geheim'])
    expect(answer.environment).toContainEqual(expect.objectContaining({name: 'ES_OPTS', value: '--password geheim'}))
  })

  it('prints several units, and all of them, as one line of JSON each', async () => {
    const root = mountedRoot()
    const lines = async (...args: string[]) => {
      const {stdout, exitCode} = await runCommand(PredictExec, [...args, '--root', root, '--json'])
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      return {exitCode, loaded: answers.map(({unit, loadState}) => `${unit} ${loadState}`)}
    }
    expect(await lines('broken', 'instance@a.service')).toEqual({
      exitCode: 0,
      loaded: ['broken.service bad-setting', 'instance@a.service loaded'],
    })
    expect(await lines('--all')).toEqual({
      exitCode: 0,
      loaded: ['broken.service bad-setting', 'elasticsearch.service loaded', 'needs-file.service loaded'],
    })
  })

  it('says that nothing is executed, and why', async () => {
    const root = mountedRoot()
    const {stdout} = await runCommand(PredictExec, ['needs-file', 'broken', '--root', root])
    expect(stdout).toMatchSnapshot()
  })

  it('does not take an unknown unit for an empty one', async () => {
    const {stdout, exitCode} = await runCommand(PredictExec, ['elasticsaerch', '--root', mountedRoot()])
    expect([exitCode, stdout]).toEqual([
      2,
      'elasticsaerch.service, systemd 257\n  There is no unit elasticsaerch.service. Do you mean elasticsearch.service?\n',
    ])
  })

  it('is clean about bad usage, and about a version that nobody knows', async () => {
    const root = mountedRoot()
    const message = async (...args: string[]) =>
      (await runCommand(PredictExec, [...args, '--root', root])).error?.message
    expect(await message()).toBe('Which unit?')
    expect(await message('ssh', '--all')).toBe('Name units, or ask for --all.')
    expect(await message('ssh', '--systemd-version', '2')).toMatch(/from version 215 on/)
    const other = temporaryFolder()
    mkdirSync(join(other, 'etc'))
    const {error} = await runCommand(PredictExec, ['ssh', '--root', other])
    expect(error?.message).toBe('It is not known which version of systemd this is.')
  })
})
