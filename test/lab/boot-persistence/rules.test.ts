import {expect, it} from 'vitest'
import type {Finding, Remediation} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import {command} from '../../support/lab/command.js'
import {hasDebianRoot} from '../../support/lab/debian-root.js'
import {describeLab} from '../../support/lab/requirements.js'
import {bootRebootable, layDown, type RebootableDebian} from './rebootable.js'
import {type Situation, situations} from './situations.js'

const tools = ['root', 'systemd-nspawn', 'debootstrap', 'nsenter', 'patch']
const releases = ['bullseye', 'bookworm', 'trixie', 'sid'].filter(
  (release) => release === 'bookworm' || hasDebianRoot(release),
)

async function check(machine: RebootableDebian): Promise<{status: string | undefined; findings: readonly Finding[]}> {
  const {code, stdout, stderr} = await machine.netdoctor('check', 'boot-persistence', '--json')
  try {
    const report: Report = JSON.parse(stdout)
    return {status: report.checkers[0]?.status, findings: report.findings}
  } catch {
    throw new Error(`exit ${code}: ${stderr}${stdout}`)
  }
}

/** As it is printed: the command, or the edit. */
async function apply({kind, argv, patch}: Remediation, machine: RebootableDebian): Promise<void> {
  const [program, ...args] = argv ?? []
  if (kind === 'command' && program !== undefined) await machine.ask(program, ...args)
  if (kind === 'edit' && patch !== undefined) {
    await command(['patch', '-d', machine.root, '-p1'], {input: patch})
  }
}

async function states(machine: RebootableDebian, units: readonly string[]): Promise<string[]> {
  return Promise.all(
    units.map(async (unit) => `${unit} ${(await machine.run(['systemctl', 'is-active', unit])).stdout.trim()}`),
  )
}

async function lost({files, commands, unit, runs = [unit], rule, severity, byHand, take}: Situation, release: string) {
  const machine = await bootRebootable(release, files)
  try {
    for (const argv of commands) await machine.ask(...argv)
    const before = await check(machine)
    expect(before.findings.map((one) => [one.rule, one.subject.name, one.severity])).toEqual([[rule, unit, severity]])

    // The reboot does lose it; and the situation is as bad afterwards, where nothing runs any more.
    const remedies = before.findings[0]?.remediation ?? []
    await machine.reboot()
    const running = runs.map((name) => `${name} active`)
    if (runs.length > 0) expect(await states(machine, runs)).not.toEqual(running)

    for (const argv of commands) await machine.run(argv)
    if (byHand) await layDown(machine.root, byHand)
    for (const [at, remedy] of remedies.entries()) if (take?.includes(at) ?? true) await apply(remedy, machine)
    await machine.reboot()
    expect(await states(machine, runs)).toEqual(running)
    expect(await check(machine)).toEqual({status: 'ok', findings: []})
  } finally {
    await machine.stop()
  }
}

describeLab('what a reboot loses is named, and its remedy keeps it', tools, () => {
  it.each(situations.map((one) => [one.what, one] as const))('%s', async (_, one) => {
    await lost(one, one.release ?? process.env.NETDOCTOR_LAB_RELEASE ?? 'bookworm')
  })
})

describeLab('a fresh Debian', tools, () => {
  it.each(releases)('%s has nothing to report', async (release) => {
    const machine = await bootRebootable(release)
    try {
      expect(await check(machine)).toEqual({status: 'ok', findings: []})
    } finally {
      await machine.stop()
    }
  })
})
