import {expect, it} from 'vitest'
import unitEnvironment from '../../../src/checkers/unit-environment/index.js'
import {check as checkSource} from '../../../src/engine/check.js'
import {openSource} from '../../../src/engine/open-source.js'
import type {Finding, Remediation} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import {command, eventually} from '../../support/lab/command.js'
import {hasDebianRoot} from '../../support/lab/debian-root.js'
import {describeLab} from '../../support/lab/requirements.js'
import {bootRebootable, type RebootableDebian} from '../boot-persistence/rebootable.js'
import {DEFAULTS, files, UNIT, VARIABLES} from './story.js'

const tools = ['root', 'systemd-nspawn', 'debootstrap', 'nsenter', 'patch']
const releases = ['bullseye', 'bookworm', 'trixie', 'sid'].filter(
  (release) => release === 'bookworm' || hasDebianRoot(release),
)

async function check(machine: RebootableDebian, ...args: readonly string[]): Promise<Report> {
  const {code, stdout, stderr} = await machine.netdoctor('check', ...args, '--json')
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`exit ${code}: ${stderr}${stdout}`)
  }
}

/** The same from outside: a mounted root, in which nothing runs. */
async function checkRoot(root: string): Promise<readonly Finding[]> {
  const source = await openSource({root, timeoutMs: 30_000})
  const tool = {name: 'netdoctor', version: '0.0.0'}
  const report = await checkSource(source, [unitEnvironment], {failOn: 'error', wanted: () => true, accepted: [], tool})
  return report.findings.filter(({quiet}) => !quiet)
}

/** Exactly as it is printed. */
async function apply(remedies: readonly Remediation[], machine: RebootableDebian): Promise<void> {
  for (const {kind, argv, patch} of remedies) {
    const [program, ...args] = argv ?? []
    if (kind === 'edit' && patch !== undefined) await command(['patch', '-d', machine.root, '-p1'], {input: patch})
    else if (kind === 'command' && program !== undefined) await machine.ask(program, ...args)
    else throw new Error(`nothing that could be done as it stands: ${kind}`)
  }
}

const stateOf = async (machine: RebootableDebian) => (await machine.run(['systemctl', 'is-active', UNIT])).stdout.trim()

/** Started, and still there after the wrapper has had its time. */
async function runs(machine: RebootableDebian): Promise<string> {
  return eventually('the daemon has come up or is gone', 30, async () => {
    const state = await stateOf(machine)
    if (state !== 'active') return state === 'activating' ? null : state
    const pid = (await machine.run(['systemctl', 'show', '-p', 'MainPID', '--value', UNIT])).stdout.trim()
    const {stdout} = await machine.run(['cat', `/proc/${pid}/cmdline`])
    return stdout.includes('lib/daemon') ? stdout.replaceAll('\0', ' ') : null
  })
}

function isTheCase(findings: readonly Finding[]): Finding {
  expect(findings.map(({id, severity, subject}) => [id, severity, subject.name])).toEqual([
    ['unit-environment/variable-not-expanded', 'error', UNIT],
  ])
  const [finding] = findings
  if (!finding) throw new Error('no finding')
  for (const name of VARIABLES) expect(finding.summary).toContain(name)
  expect(finding.summary).toContain(DEFAULTS)
  const sources = finding.evidence.filter(({excerpt}) => excerpt.startsWith('#'))
  expect(sources).toEqual([
    {source: `${DEFAULTS}:5`, excerpt: '#LOG_DIR=...'},
    {source: `${DEFAULTS}:6`, excerpt: '#DATA_DIR=...'},
    {source: `${DEFAULTS}:7`, excerpt: '#WORK_DIR=...'},
    {source: `${DEFAULTS}:10`, excerpt: '#CONF_DIR=...'},
    {source: `${DEFAULTS}:11`, excerpt: '#CONF_FILE=...'},
  ])
  return finding
}

describeLab('a service whose variables are only comments', tools, () => {
  it.each(releases)('is named with what is missing, and runs once that is done: %s', async (release) => {
    const machine = await bootRebootable(release, files)
    try {
      // Never started, never enabled: the files say it all, from inside and from outside.
      isTheCase((await check(machine, 'unit-environment')).findings)
      isTheCase(await checkRoot(machine.root))

      await machine.ask('systemctl', 'start', UNIT)
      expect(await runs(machine)).toBe('failed')
      const {stdout: status} = await machine.run(['systemctl', 'show', '-p', 'ExecMainStatus', '--value', UNIT])
      expect(status.trim()).toBe('3')
      const failed = isTheCase((await check(machine, 'unit-environment')).findings)
      expect(failed.evidence).toContainEqual({
        source: `systemctl show ${UNIT}`,
        excerpt: 'ActiveState=failed Result=exit-code',
      })

      await apply(failed.remediation, machine)
      const process = await runs(machine)
      expect(process).toContain('-Des.default.config=/etc/elasticsearch/elasticsearch.yml')
      expect(process).toContain('-Des.default.path.data=/var/lib/elasticsearch')
      expect((await check(machine, 'unit-environment')).findings.filter(({quiet}) => !quiet)).toEqual([])
      expect(await checkRoot(machine.root)).toEqual([])

      // It runs, and a reboot would end that.
      const both = ['unit-environment', 'boot-persistence']
      const atBoot = (await check(machine, ...both)).findings.filter(({quiet}) => !quiet)
      expect(atBoot.map(({id, subject}) => [id, subject.name])).toEqual([['boot-persistence/start-not-enabled', UNIT]])
      await apply(atBoot[0]?.remediation ?? [], machine)
      await machine.reboot()
      expect(await runs(machine)).toContain('lib/daemon')
      const after = await check(machine, ...both)
      expect(after.findings.filter(({quiet}) => !quiet)).toEqual([])
      expect(after.checkers.map(({status: each}) => each).sort()).toEqual(['ok', 'ok'])
    } finally {
      await machine.stop()
    }
  })
})
