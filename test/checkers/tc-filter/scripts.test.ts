import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import tcFilter from '../../../src/checkers/tc-filter/index.js'
import {wording} from '../../../src/checkers/tc-filter/wording.js'
import {check} from '../../../src/engine/check.js'
import type {Finding} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import {applyPatch} from '../../support/apply-patch.js'
import {growthOf, LINEAR} from '../../support/growth.js'
import {memorySource} from '../../support/memory-source.js'

const cases = fileURLToPath(new URL('../../../src/checkers/tc-filter/cases', import.meta.url))
const nothing = (input: string) => readFileSync(`${cases}/nothing-configured/host/inputs/${input}.ndjson`, 'utf8')

/** Of a host on which nothing is configured, and that is asked about a script. */
async function checkScript(text: string, release: string | null = '6.18.3'): Promise<Report> {
  const source = memorySource({
    ...(release === null ? {} : {'kernel-release': `${release}\n`}),
    'asked-scripts': `${JSON.stringify({path: '/root/shape', text})}\n`,
    ...Object.fromEntries(
      (['traffic-control', 'network', 'network-namespaces', 'firewall-rules'] as const).map((name) => [
        name,
        nothing(name),
      ]),
    ),
  })
  return check(source, [tcFilter], {
    failOn: 'error',
    wanted: () => true,
    accepted: [],
    tool: {name: 'netdoctor', version: '0.0.0'},
  })
}

const findingsOf = async (text: string, release?: string | null) => (await checkScript(text, release)).findings

const htb =
  'tc qdisc del dev eth0 root\ntc qdisc add dev eth0 root handle 1: htb default 10\ntc class add dev eth0 parent 1: classid 1:10 htb rate 1mbit\n'
const add = (words: string) => `tc filter add dev eth0 parent 1: ${words} u32 match u32 0 0 flowid 1:10\n`
const clash = `${htb}${add('protocol ip prio 3')}${add('protocol ipv6 prio 3')}`

const scripts = readdirSync(cases).flatMap((name) => {
  const folder = `${cases}/${name}/host/root/usr/local/sbin`
  try {
    return readdirSync(folder).map((file) => [name, readFileSync(`${folder}/${file}`, 'utf8')] as const)
  } catch {
    return []
  }
})

/** The script with a patch of it applied, which is for /root/shape. */
function patched(text: string, patch: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'netdoctor-shape-'))
  try {
    mkdirSync(join(folder, 'root'))
    writeFileSync(join(folder, 'root/shape'), text)
    applyPatch(folder, patch)
    return readFileSync(join(folder, 'root/shape'), 'utf8')
  } finally {
    rmSync(folder, {recursive: true})
  }
}

const patchIn = (findings: readonly Finding[]) =>
  findings.flatMap(({remediation}) => remediation).find(({kind}) => kind === 'edit')?.patch

describe('patches', () => {
  it.each(scripts)('what a patch makes of a script is taken: %s', async (_, text) => {
    const clashes = (await findingsOf(text)).filter(({id}) => id.startsWith('tc-filter/priority-two-'))
    for (const finding of clashes) {
      const patch = patchIn([finding])
      expect(patch).toBeDefined()
      const after = await findingsOf(patched(text, patch ?? ''))
      expect(after.filter(({id}) => id === finding.id)).toEqual([])
    }
  })

  it('some script has one', async () => {
    const patches = await Promise.all(scripts.map(async ([, text]) => patchIn(await findingsOf(text))))
    expect(patches.filter((patch) => patch !== undefined).length).toBeGreaterThan(2)
  })

  it('there is none where the numbers are made at run time', async () => {
    const text = `${htb}PRIO=\`echo 3\`\n${add('protocol ip prio 3')}for p in ip ipv6; do ${add('protocol $p prio 7').trim()}; done\n`
    const [finding] = await findingsOf(text)
    expect(finding?.id).toBe('tc-filter/priority-two-protocols')
    expect(finding?.remediation.map(({kind}) => kind)).toEqual(['manual'])
  })
})

describe('what tc prints', () => {
  it.each([
    ['6.18.3', 'Error: Protocol mismatch for filter with specified priority.'],
    ['6.12.40-amd64', 'Error: Filter with specified priority/protocol not found.'],
    ['4.15.0-generic', 'RTNETLINK answers: Invalid argument'],
  ])('comes first as the kernel of the host has it: %s', async (release, first) => {
    const [finding] = await findingsOf(clash, release)
    const lines = finding?.evidence.find(({source}) => source === wording.printed)?.excerpt.split('\n') ?? []
    expect(lines[0]).toBe(first)
    expect(lines.slice(1).map((line) => line.split(': ', 1)[0])).toHaveLength(2)
    expect(lines.slice(1).join()).not.toContain(first)
  })

  it('is told of all kernels where that of the host is not known', async () => {
    const [finding] = await findingsOf(clash, null)
    expect(finding?.evidence.find(({source}) => source === wording.printed)?.excerpt.split('\n')).toHaveLength(3)
  })
})

describe('scripts', () => {
  it.each([
    ['prio and prio + 1', `${htb}${add('protocol ip prio 3')}${add('protocol ipv6 prio 4')}`],
    ['no prio', `${htb}${add('protocol ip')}${add('protocol ipv6')}`],
    ['many of one protocol and kind', `${htb}${add('prio 3').repeat(5)}`],
    ['another chain', `${htb}${add('protocol ip prio 3')}${add('chain 1 protocol ipv6 prio 3')}`],
    [
      'deleted in between',
      `${htb}${add('protocol ip prio 3')}tc filter del dev eth0 parent 1: prio 3\n${add('protocol ipv6 prio 3')}`,
    ],
    [
      'a root made anew',
      `${htb}${add('protocol ip prio 3')}${htb}${add('protocol ipv6 prio 3')}${add('protocol ip prio 4')}`,
    ],
    [
      'one way or the other',
      `${htb}if [ -e /x ]; then ${add('protocol ip prio 3').trim()}; else ${add('protocol ipv6 prio 3').trim()}; fi\n`,
    ],
    [
      'another device',
      `${htb}${htb.replaceAll('eth0', 'eth1')}${add('prio 3')}${add('protocol ipv6 prio 3').replaceAll('eth0', 'eth1')}`,
    ],
    ['deletes what is not there', 'tc qdisc del dev eth0 root\ntc filter del dev eth0\n'],
    ['adds to what another script made', 'tc filter add dev eth0 parent 1: prio 3 u32 match u32 0 0 flowid 1:10\n'],
  ])('are left alone: %s', async (_, text) => {
    expect((await findingsOf(text)).filter(({id}) => !/family|class/.test(id))).toEqual([])
  })

  it('are judged less surely where only their run tells whether a command is run', async () => {
    const text = `${htb}${add('protocol ip prio 3')}ping -c1 gw && ${add('protocol ipv6 prio 3')}`
    const [finding] = await findingsOf(text)
    expect(finding).toMatchObject({rule: 'priority-two-protocols', severity: 'warning', confidence: 'possible'})
  })

  it('are judged less surely where an argument was taken not to be given', async () => {
    const text = `DEV=\${1:-eth0}\n${clash.replaceAll('eth0', '$DEV')}`
    const [finding] = await findingsOf(text)
    expect(finding).toMatchObject({rule: 'priority-two-protocols', severity: 'error', confidence: 'likely'})
  })

  it('are one finding each, whatever is wrong how often', async () => {
    const text = `${htb}${[3, 4, 5, 6].map((prio) => add(`protocol ip prio ${prio}`) + add(`protocol ipv6 prio ${prio}`)).join('')}`
    const findings = (await findingsOf(text)).filter(({id}) => id.includes('priority'))
    expect(findings).toHaveLength(1)
    expect(findings[0]?.evidence).toHaveLength(9)
  })

  it('of thousands of commands are judged in time that grows with their number', async () => {
    const judge = async (size: number) => {
      const clash = (at: number) => add(`protocol ip prio ${at + 1}`) + add(`protocol ipv6 prio ${at + 1}`)
      const [finding] = await findingsOf(`${htb}${Array.from({length: size}, (_, at) => clash(at)).join('')}`)
      expect(finding?.rule).toBe('priority-two-protocols')
    }
    expect(await growthOf(judge, 400)).toBeLessThan(LINEAR)
  })
})
