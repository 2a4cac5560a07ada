import {describe, expect, it} from 'vitest'
import {hostPathHazards} from '../../../src/checkers/uid-collision/host-path.js'
import {ipcRemovalHazards, loginManagerRuns} from '../../../src/checkers/uid-collision/ipc-removal.js'
import {sharingOf} from '../../../src/checkers/uid-collision/shared-ids.js'
import {signalHazards} from '../../../src/checkers/uid-collision/signal.js'
import type {Container, Mount} from '../../../src/facts/containers.js'
import type {Process} from '../../../src/facts/processes.js'
import {missing} from '../../../src/model/missing.js'
import {account, container, containers, hostAccounts, hostNs, process, table} from '../../support/facts.js'

const rose = account('rose', 1000, {home: '/home/rose', shell: '/bin/bash'})
const accounts = hostAccounts([
  rose,
  account('mail', 200, {home: '/var/mail'}),
  account('db', 999, {home: '/var/lib/db'}),
])

function bind(source: string, given: Partial<Mount> = {}): Mount {
  return {
    type: 'bind',
    source,
    destination: '/d',
    readWrite: true,
    ownerUid: 1000,
    ownerGid: 1000,
    idmapped: false,
    ...given,
  }
}

function roses(given: Partial<Container> = {}, beside: readonly Process[] = []) {
  const inside = process({pid: 10, realUid: 1000})
  const one = container({name: 'ci', processes: [inside], ...given})
  const all = containers(one)
  const [sharing] = sharingOf(all, table([...one.processes, ...beside]), accounts)
  if (!sharing) throw new Error('no sharing')
  return {sharing, all}
}

describe('host paths', () => {
  it.each([
    ['/home/rose', 'warning'],
    ['/home/rose/', 'warning'],
    ['/home/rose/.ssh', 'warning'],
    ['/home/rose/project', 'notice'],
    ['/home/roses', 'notice'],
    ['/home', 'warning'],
    ['/', 'warning'],
    ['/etc/service', 'warning'],
    ['/etcetera', 'notice'],
    ['/var/lib', 'warning'],
    ['/var/lib/db', 'warning'],
    ['/var/lib/es', 'notice'],
    ['/srv/data', 'notice'],
    ['/run/user/1000', 'warning'],
    ['/dev/shm', 'notice'],
    ['/dev/shm/work', 'notice'],
    ['/dev/dri', 'warning'],
  ])('%s: %s', (source, severity) => {
    const {sharing} = roses({mounts: [bind(source)]})
    expect(hostPathHazards(sharing, accounts)).toMatchObject([{rule: 'shared-host-path', severity}])
  })

  it.each([
    ['read-only', {readWrite: false}],
    ['of somebody else', {ownerUid: 0}],
    ['a volume of the runtime', {type: 'volume'}],
  ])('none that is %s', (_, given) => {
    const {sharing} = roses({mounts: [bind('/home/rose', given)]})
    expect(hostPathHazards(sharing, accounts)).toEqual([])
  })

  it('are told once, however often one is mounted', () => {
    const twice = [bind('/srv/data'), bind('/srv/data', {destination: '/again'})]
    expect(hostPathHazards(roses({mounts: twice}).sharing, accounts)).toHaveLength(1)
  })

  it('says what is not known', () => {
    const notRead = missing('container-mounts', 'truncated', 'too many')
    expect(hostPathHazards(roses({mounts: [bind('/nfs', {ownerUid: null})]}).sharing, accounts)).toMatchObject([
      {unseen: 'owner of a mounted host path', reason: 'denied'},
    ])
    const nfs = bind('/nfs', {ownerUid: null, ownerUnseen: 'unsupported'})
    expect(hostPathHazards(roses({mounts: [nfs, nfs]}).sharing, accounts)).toMatchObject([{reason: 'unsupported'}])
    expect(hostPathHazards(roses({mountsSeenBy: notRead}).sharing, accounts)).toMatchObject([
      {unseen: 'mounted host paths', input: 'container-mounts', reason: 'truncated'},
    ])
    const idmapped = {mountsSeenBy: 'kernel' as const, mounts: [bind('/srv', {idmapped: true})]}
    expect(hostPathHazards(roses(idmapped).sharing, accounts)).toMatchObject([
      {unseen: 'ID map of a mounted host path', input: 'container-mounts', reason: 'unsupported'},
    ])
    const alone = sharingOf(
      containers(container({name: 'x', mountsSeenBy: notRead, processes: [process({pid: 1, realUid: 77})]})),
      table([]),
      accounts,
    )
    expect(alone.flatMap((one) => hostPathHazards(one, accounts))).toEqual([])
  })
})

describe('removal of IPC objects', () => {
  const origin = {path: '/etc/systemd/logind.conf', line: 2, text: 'RemoveIPC=yes'}
  const remove = (given: Partial<Container>, {value = true, sysUidMax = 999} = {}) => {
    const {sharing, all} = roses(given)
    return ipcRemovalHazards(sharing, all, {removeIpc: {value, origin}}, {...accounts, sysUidMax})
  }
  const hostIpc = {ns: {...hostNs, pid: '4026532001'}}

  it('needs the IPC namespace or the /dev/shm of the host', () => {
    expect(remove(hostIpc)).toMatchObject([{rule: 'shared-ipc-removal', confidence: 'likely'}])
    expect(remove({mounts: [bind('/dev/shm')]})).toHaveLength(1)
    expect(remove({mounts: [bind('/dev/shm/work')]})).toHaveLength(1)
    expect(remove({mounts: [bind('/dev/shm/work', {ownerUid: 0})]})).toEqual([])
    expect(remove({mounts: [bind('/dev/shm', {readWrite: false})]})).toEqual([])
    expect(remove({mounts: [bind('/dev/shmem')]})).toEqual([])
    expect(remove({})).toEqual([])
  })

  it('needs RemoveIPC=yes and a user above SYS_UID_MAX', () => {
    expect(remove(hostIpc, {value: false})).toEqual([])
    expect(remove(hostIpc, {sysUidMax: 1000})).toEqual([])
  })

  it('is unknown where the namespace is not seen, and only if it matters', () => {
    expect(remove({ns: {}})).toMatchObject([{unseen: expect.stringContaining('namespace')}])
    expect(remove({ns: {}}, {value: false})).toEqual([])
  })

  it('needs a systemd-logind of the host that runs', () => {
    const logind = process({pid: 5, comm: 'systemd-logind'})
    expect(loginManagerRuns(table([logind]), containers())).toBe(true)
    expect(loginManagerRuns(table([{...logind, realUid: 1000}]), containers())).toBe(false)
    expect(loginManagerRuns(table([logind]), containers(container({name: 'box', processes: [logind]})))).toBe(false)
  })
})

describe('signals', () => {
  const hostPid = {ns: hostNs}
  const beside = process({pid: 20, comm: 'syncd', realUid: 1000})
  const judge = (given: Partial<Container>, scope: number | null = 0, target = beside) => {
    const {sharing, all} = roses(given, [target])
    return signalHazards(sharing, all, scope)
  }

  it('go both ways only in one PID namespace', () => {
    expect(judge({})).toMatchObject([{severity: 'notice'}])
    expect(judge(hostPid)).toMatchObject([{severity: 'warning'}])
  })

  it('are told by NSpid where the namespace itself is not seen, and else are unknown', () => {
    const inside = (nspid: number[]) => ({ns: {}, processes: [process({pid: 10, realUid: 1000, nspid})]})
    expect(judge(inside([10]))).toMatchObject([{severity: 'warning'}])
    expect(judge(inside([10, 1]))).toMatchObject([{severity: 'notice'}])
    expect(judge(inside([]))).toMatchObject([{unseen: expect.stringContaining('namespace')}])
  })

  it('need a process of the host', () => {
    const {sharing, all} = roses(hostPid)
    expect(signalHazards(sharing, all, 0)).toEqual([])
  })

  it('do not reach a process whose real UID is another: set-user-ID programs', () => {
    expect(judge(hostPid, 0, {...beside, realUid: 5, effectiveUid: 1000, tasksByUid: new Map([[5, 1]])})).toEqual([])
  })

  it.each<[string, number | null, Partial<Process>, boolean]>([
    ['all IDs are equal', 0, {}, true],
    ['Yama lets descendants only be traced', 1, {}, false],
    ['it is not known what Yama does', null, {}, false],
    ['the group differs', 0, {realGid: 4}, false],
    ['the effective UID differs', 0, {effectiveUid: 0}, false],
    ['the target has a capability', 0, {capEff: 1n << 13n}, false],
    ['the target is in another user namespace', 0, {userns: '4026532999'}, false],
  ])('tracing, when %s', (_, scope, given, traces) => {
    const [found] = judge(hostPid, scope, {...beside, ...given})
    expect(found && 'summary' in found && found.summary.includes('trace')).toBe(traces)
  })
})
