import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import PredictTc from '../../commands/predict/tc.js'
import {temporaryFolder} from '../support/temporary-folder.js'
import {runCommand} from './run.js'

const setup = 'tc qdisc add dev eth0 root handle 1: htb\n'
const clash = `TC=/sbin/tc
$TC filter add dev eth0 parent 1: protocol ip prio 3 u32 match u32 0 0
$TC filter add dev eth0 parent 1: protocol ipv6 prio 3 u32 match u32 0 0
`

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

describe('predict tc', () => {
  it('says of each command what the kernel answers', async () => {
    const path = file('shape.sh', setup + clash)
    const {stdout, exitCode} = await runCommand(PredictTc, [path, '--kernel', '6.1'])
    expect(exitCode).toBe(1)
    expect(stdout.replaceAll(path, 'shape.sh')).toMatchSnapshot()
  })

  it('prints JSON with the messages of all eras, or of one', async () => {
    const path = file('shape.sh', setup + clash)
    const entries = JSON.parse((await runCommand(PredictTc, [path, '--json'])).stdout)
    expect(
      entries.map(({file: name, line, verdict}: {file: string; line: number; verdict: string}) => [
        name,
        line,
        verdict,
      ]),
    ).toEqual([
      [path, 1, 'accepted'],
      [path, 3, 'accepted'],
      [path, 4, 'rejected'],
    ])
    expect(entries[2]).toMatchObject({
      command: 'tc filter add dev eth0 parent 1: protocol ipv6 prio 3 u32 match u32 0 0',
      reasonId: 'protocol-mismatch',
      errno: 'EINVAL',
      run: 'always',
    })
    expect(entries[2].messages.map(({kernel}: {kernel: string}) => kernel)).toEqual([
      '<= 4.15',
      '4.16 .. 6.12',
      '>= 6.13',
    ])
    const one = JSON.parse((await runCommand(PredictTc, [path, '--json', '--kernel', '4.9.0'])).stdout)
    expect(one[2].messages).toEqual([
      {kernel: '<= 4.15', text: 'RTNETLINK answers: Invalid argument\nWe have an error talking to the kernel'},
    ])
  })

  it('starts from what other commands make', async () => {
    const path = file('shape.sh', clash)
    const assume = file('setup.sh', setup)
    const {stdout} = await runCommand(PredictTc, [path, '--assume', assume, '--json'])
    expect(JSON.parse(stdout).map(({verdict}: {verdict: string}) => verdict)).toEqual(['accepted', 'rejected'])
    const {error} = await runCommand(PredictTc, [path, '--assume', file('bad.sh', setup + clash)])
    expect(error?.message).toContain(':4 is refused itself')
  })

  it('prints the fix as a patch', async () => {
    const path = file('shape.sh', setup + clash)
    const {stdout, exitCode} = await runCommand(PredictTc, [path, '--fix'])
    expect(exitCode).toBe(0)
    expect(stdout).toBe(`--- ${path}
+++ ${path}
@@ -1,4 +1,4 @@
 tc qdisc add dev eth0 root handle 1: htb
 TC=/sbin/tc
 $TC filter add dev eth0 parent 1: protocol ip prio 3 u32 match u32 0 0
-$TC filter add dev eth0 parent 1: protocol ipv6 prio 3 u32 match u32 0 0
+$TC filter add dev eth0 parent 1: protocol ipv6 prio 4 u32 match u32 0 0
`)
  })

  it('is undecided where only the run of the script tells', async () => {
    const text = `${setup}tc filter add dev eth0 parent 1: protocol ip prio $(get_prio) u32 match u32 0 0\n`
    const {stdout, exitCode} = await runCommand(PredictTc, [file('shape.sh', text), '--json'])
    expect(exitCode).toBe(3)
    const [, entry] = JSON.parse(stdout)
    expect(entry).toMatchObject({verdict: 'undecided', command: expect.stringContaining('prio $(get_prio)')})
    const sourced = await runCommand(PredictTc, [file('other.sh', '. /nowhere/at/all\n'), '--json'])
    expect(sourced.exitCode).toBe(3)
    expect(JSON.parse(sourced.stdout)).toMatchObject([{line: 1, verdict: 'undecided', reasonId: 'not-followed'}])
  })

  it('judges what a syntax error leaves, and names it', async () => {
    const {stdout, exitCode} = await runCommand(PredictTc, [file('shape.sh', `${setup}if true; then\n`), '--json'])
    expect(exitCode).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject([
      {verdict: 'accepted'},
      {line: 3, reasonId: 'syntax-error', verdict: 'undecided'},
    ])
  })

  it('reads batch files', async () => {
    const text =
      'qdisc add dev eth0 root handle 1: htb\nqdisc add dev eth0 root handle 1: htb\nclass add dev eth0 parent 1: classid 1:1 htb rate 1mbit\n'
    const {stdout, exitCode} = await runCommand(PredictTc, [file('x', text), '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).map(({verdict, run}: {verdict: string; run: string}) => `${verdict} ${run}`)).toEqual([
      'accepted always',
      'rejected always',
      'accepted never',
    ])
  })

  it.each([
    [[], 'Which script?'],
    [['/nonexistent'], 'Cannot read the commands: /nonexistent'],
    [['-', '-'], 'Standard input can be read once.'],
    [['x', '--kernel', 'new'], '--kernel takes a version such as 6.1, not "new".'],
  ])('turns down %j', async (args, message) => {
    expect((await runCommand(PredictTc, args)).error?.message).toContain(message)
  })

  it('turns down what is no shell script', async () => {
    const {error} = await runCommand(PredictTc, [file('x.py', '#!/usr/bin/python3\n')])
    expect(error?.message).toContain('its first line names another interpreter')
  })
})
