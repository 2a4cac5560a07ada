import {chmod, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'
import type {Report} from '../../../src/model/report.js'
import {command} from '../../support/lab/command.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {type NetworkNamespace, networkNamespace} from './namespace.js'

/*
 * A shaping script to which somebody has added IPv6 by repeating each filter with the same priority. It is run for
 * real, checked, put right as the finding says, and run again.
 */
const storyFile = fileURLToPath(
  new URL('../../../src/checkers/tc-filter/cases/story/host/root/usr/local/sbin/story', import.meta.url),
)
const main = fileURLToPath(new URL('../../../bin/dev.js', import.meta.url))

/** A device with addresses of both families. */
async function withDevice(): Promise<NetworkNamespace> {
  const namespace = await networkNamespace()
  await namespace.ask(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0'])
  await namespace.ask(['ip', 'link', 'set', 'eth0', 'up'])
  await namespace.ask(['ip', 'link', 'set', 'peer0', 'up'])
  await namespace.ask(['ip', 'address', 'add', '192.0.2.2/24', 'dev', 'eth0'])
  await namespace.ask(['ip', 'address', 'add', '2001:db8::2/64', 'dev', 'eth0', 'nodad'])
  return namespace
}

async function check(namespace: NetworkNamespace, script: string): Promise<Report> {
  const argv = [process.execPath, '--import', 'tsx', main, 'check', 'tc-filter', '--script', script, '--json']
  const {stdout, stderr} = await namespace.run(argv)
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`${stderr}${stdout}`)
  }
}

/** Of the namespace itself: others of this machine have their own. */
function findingsOf({findings}: Report) {
  return findings.filter(({subject}) => !/ in (the )?network namespace /.test(subject.name))
}

const refusalsIn = (stderr: string) => stderr.split('\n').filter((line) => /^(Error: |RTNETLINK answers: )/.test(line))

const protocolsOf = async (namespace: NetworkNamespace) => {
  const shown = await namespace.ask(['tc', 'filter', 'show', 'dev', 'eth0'])
  return [...new Set([...shown.matchAll(/protocol (\S+)/g)].map(([, protocol]) => protocol))].sort()
}

describeLab('a shaping script that repeats its filters for IPv6', ['root', 'ip', 'tc', 'dash', 'patch'], () => {
  it('is refused by the kernel, named with file and line, and runs once it is put right', async () => {
    const space = await scratch()
    const namespace = await withDevice()
    const script = join(space.dir, 'shape.sh')
    try {
      await writeFile(script, await readFile(storyFile, 'utf8'))
      await chmod(script, 0o755)

      const first = await namespace.run(['dash', script])
      const printed = refusalsIn(first.stderr)
      expect(printed).toHaveLength(2)
      expect(await protocolsOf(namespace)).toEqual(['ip'])

      const findings = findingsOf(await check(namespace, script))
      expect(findings.map(({id, severity, confidence, subject}) => [id, severity, confidence, subject.name])).toEqual([
        ['tc-filter/priority-two-protocols', 'error', 'certain', script],
        ['tc-filter/family-unshaped', 'notice', 'likely', 'eth0'],
      ])
      const [clash, effect] = findings
      expect(clash?.evidence.map(({source}) => source)).toEqual([
        `${script}:14`,
        `${script}:15`,
        'tc prints',
        `${script}:17`,
        `${script}:18`,
      ])
      // What this kernel said.
      expect(clash?.evidence[2]?.excerpt.split('\n')[0]).toBe(printed[0])
      expect(effect?.causedBy).toEqual({id: clash?.id, subject: clash?.subject})

      expect(clash?.remediation.map(({kind, path}) => [kind, path])).toEqual([['edit', script]])
      await command(['patch', '-s', script], {input: clash?.remediation[0]?.patch ?? ''})
      const second = await namespace.run(['dash', script])
      expect([second.code, refusalsIn(second.stderr)]).toEqual([0, []])
      expect(await protocolsOf(namespace)).toEqual(['ip', 'ipv6'])

      const after = await check(namespace, script)
      expect(findingsOf(after)).toEqual([])
      // Namespaces of others on this machine come and go.
      const missing = after.checkers[0]?.missing ?? []
      expect(missing.filter(({detail}) => !/network namespace \d+/.test(detail))).toEqual([])
      expect(after.checkers[0]?.status).toBe(missing.length === 0 ? 'ok' : 'unknown')
    } finally {
      await namespace.remove()
      await space.remove()
    }
  })
})
