import {describe, expect, test} from 'vitest'
import {prepareSources, sourceExitCode} from '../../../src/engine/predict-source.js'
import {missing} from '../../../src/model/missing.js'
import type {Collected} from '../../../src/sources/collected.js'
import type {InputName} from '../../../src/sources/specs.js'
import {memorySource} from '../../support/memory-source.js'
import {networkRecords, OWN_INODE} from '../../support/network-records.js'
import {observer, processRecord, walk} from '../../support/process-lines.js'

const web = {inode: '4026532500', names: ['web'], pids: [77]}
const inOwn = processRecord(50, {ns: {...observer.ns, net: OWN_INODE}})
const inWeb = processRecord(77, {ns: {...observer.ns, net: web.inode}})
const hidden = processRecord(78, {ns: observer.ns})
const lost = processRecord(79, {ns: {...observer.ns, net: '4026532900'}})

const inputs: Partial<Record<InputName, string | Collected>> = {
  network: networkRecords([{}]),
  'network-namespaces': networkRecords([web]),
  processes: walk([inOwn, inWeb, hidden, lost]),
  'user-namespaces': '',
  'container-engines': '[]',
  'container-accounts': '',
  'container-mounts': '',
  'kernel-release': '6.18.0\n',
}

async function ask(netns: string | null, dest = '::1', more: typeof inputs = {}) {
  const service = await prepareSources(memorySource({...inputs, ...more}), {netns, defaults: {}})
  return service.ask(dest)
}

describe('the network namespace', () => {
  test('is the own one, of which nothing else is read', async () => {
    const source = memorySource(inputs)
    const service = await prepareSources(source, {netns: null, defaults: {}})
    expect(service.ask('::1')).toMatchObject({source: '::1', dev: 'lo', rule: 'only-candidate'})
    expect(source.asked.sort()).toEqual(['kernel-release', 'network'])
  })

  test('is found by its name, and by a process in it', async () => {
    expect(await ask('web')).toMatchObject({source: '::1'})
    expect(await ask('pid:77')).toMatchObject({source: '::1'})
    expect(await ask('pid:50')).toMatchObject({source: '::1'})
  })

  test('that is not there is an error, with what is like it', async () => {
    await expect(ask('wed')).rejects.toMatchObject({
      message: expect.stringContaining('wed'),
      suggestions: ['Do you mean web?'],
    })
    await expect(ask('pid:x')).rejects.toThrow('--netns takes a name or pid:NUMBER')
    await expect(ask('pid:4000')).rejects.toThrow('There is no process 4000')
  })

  test('that may be there and was not looked into is not known', async () => {
    const denied = {reason: 'denied', detail: 'network namespace db: entering it takes CAP_SYS_ADMIN'} as const
    const report = await ask('db', '::1', {'network-namespaces': networkRecords([web], [denied])})
    expect(report).toMatchObject({
      source: null,
      unknowns: ['no network namespace or container db was found', denied.detail],
    })
    expect(sourceExitCode(0, report)).toBe(3)
    expect(await ask('pid:79')).toMatchObject({
      unknowns: ['the network namespace of process 79 could not be looked into'],
    })
    expect(await ask('pid:78')).toMatchObject({unknowns: ['the network namespace of process 78 could not be seen']})
    expect(await ask(null, '::1', {network: missing('network', 'timeout', 'late')})).toMatchObject({unknowns: ['late']})
  })
})

describe('an answer', () => {
  test('is a failure of connect that is known', async () => {
    const report = await ask(null, '2001:db8::1')
    expect(report).toMatchObject({source: null, rule: null, route: null, error: {code: 'ENETUNREACH'}})
    expect(sourceExitCode(0, report)).toBe(0)
  })

  test('is not known without routes, and says why they are missing', async () => {
    const texts = {routes: {reason: 'truncated', detail: 'ip -6 route show: too long'}}
    const report = await ask(null, '::1', {network: networkRecords([{texts}])})
    expect(report.unknowns).toEqual([
      'the routes could not be read',
      'ip -6 route show: too long (in this network namespace)',
    ])
  })

  test('of a kernel without IPv6 is that there are no sockets', async () => {
    const enoent = {reason: 'absent', detail: 'ENOENT'}
    const texts = {settings: enoent, deviceOrder: enoent}
    const report = await ask(null, '::1', {network: networkRecords([{texts}])})
    expect(report).toMatchObject({source: null, error: {code: 'EAFNOSUPPORT'}})
    expect(report).not.toHaveProperty('unknowns')
  })

  test('of what is no IPv6 destination is an error', async () => {
    await expect(ask(null, '192.0.2.1')).rejects.toThrow('192.0.2.1 is an IPv4 address')
  })
})

describe('a batch', () => {
  async function batch(text: string) {
    const service = await prepareSources(memorySource(inputs), {netns: null, defaults: {}})
    const stream = (async function* () {
      for (let at = 0; at < text.length; at += 97) yield text.slice(at, at + 97)
    })()
    const reports = []
    for await (const some of service.askEach(stream)) reports.push(...some)
    return reports
  }

  test('is answered in its order, errors with their line', async () => {
    const reports = await batch('::1\n\n{"dest":"2001:db8::1"}\nnonsense\r\n{"dest":"::1","oif":"eth9"}\n192.0.2.1')
    expect(reports.map(({dest, source, error, line}) => [dest, source, error?.code, line])).toEqual([
      ['::1', '::1', undefined, undefined],
      ['2001:db8::1', null, 'ENETUNREACH', undefined],
      ['nonsense', null, 'BAD_QUESTION', 4],
      ['::1', null, 'ENODEV', undefined],
      ['192.0.2.1', null, 'BAD_QUESTION', 6],
    ])
    expect(reports.reduce(sourceExitCode, 0)).toBe(2)
  })

  test('takes time that grows with its length, not faster', async () => {
    const cost = async (lines: number) => {
      const before = process.cpuUsage()
      expect(await batch('2001:db8::1\n'.repeat(lines))).toHaveLength(lines)
      const {user, system} = process.cpuUsage(before)
      return user + system
    }
    await cost(1000)
    const small = await cost(1000)
    expect(await cost(10_000)).toBeLessThan(small * 30)
  })
})
