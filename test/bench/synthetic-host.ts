import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {EngineContainerRecord, ProcessRecord} from '../../src/sources/records.js'

const hostNs = {
  user: '4026531837',
  pid: '4026531836',
  mnt: '4026531841',
  net: '4026531840',
  ipc: '4026531839',
  uts: '4026531838',
  cgroup: '4026531835',
}
const AVAHI_UID = 105
const CULPRIT = 8

export interface SyntheticHost {
  readonly tasks: number
  readonly processes: number
  readonly containers: number
  /** The one container whose tasks use up a limit of the host. */
  readonly culprit: string
}

/**
 * Writes a made-up recorded host with `tasks` tasks to `folder`: services, containers with and
 * without user namespaces, and one container that runs under the UID of a limited daemon.
 * The same seed makes the same host.
 *
 * @param maxThreads of a process; 1: as many processes as tasks
 */
export function writeSyntheticHost(folder: string, tasks: number, seed: number, maxThreads = 30): SyntheticHost {
  const random = xorshift(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const processes: ProcessRecord[] = []
  const containers: EngineContainerRecord[] = []
  const accounts: unknown[] = []
  const mounts: unknown[] = [{t: 'host', mountinfo: hostMounts}]
  const cgroups: {path: string; max: string; current: number}[] = []
  let made = 0

  const add = (
    given: Partial<ProcessRecord> & Pick<ProcessRecord, 'comm' | 'cgroup'>,
    uid: number,
    threads: number,
  ): number => {
    const pid = 1 + processes.length * 3
    processes.push({
      t: 'process',
      pid,
      ppid: 1,
      state: 'S',
      uid: [uid, uid, uid, uid],
      gid: [uid, uid, uid, uid],
      threads,
      nspid: [pid],
      capEff: uid === 0 ? '000001ffffffffff' : '0000000000000000',
      ns: hostNs,
      nproc: ['63432', '63432'],
      start: `${100 + processes.length}`,
      ...given,
    })
    made += threads
    return pid
  }

  add({comm: 'systemd', cgroup: '0::/init.scope\n'}, 0, 1)
  const services = Math.min(200, Math.ceil(tasks / 50))
  for (let index = 0; index < services; index++) {
    const path = `/system.slice/worker${index}.service`
    const before = made
    for (let each = 0; each < 1 + below(20); each++)
      add({comm: `worker${index}`, cgroup: `0::${path}\n`}, 2000 + below(40), 1 + below(Math.min(4, maxThreads)))
    cgroups.push({path, max: '4915', current: made - before})
  }
  for (let index = 0; made < tasks; index++) {
    const id = `${index.toString(16).padStart(4, '0')}${'c'.repeat(60)}`
    const path = `/system.slice/docker-${id}.scope`
    const ownUserns = index % 4 === 3
    const uid = index === CULPRIT ? AVAHI_UID : ownUserns ? 200_000 + below(1000) : 3000 + index
    const ns = {
      ...hostNs,
      pid: `${5_000_000 + index * 8}`,
      mnt: `${5_000_001 + index * 8}`,
      ipc: `${5_000_002 + index * 8}`,
      ...(ownUserns ? {user: '4999999'} : {}),
    }
    const before = made
    const size = Math.min(tasks - made, 40 + below(200))
    let first = 0
    while (made - before < size) {
      const threads = Math.min(size - (made - before), 1 + below(maxThreads))
      const inner = processes.length
      const pid = add({comm: 'java', cgroup: `0::${path}\n`, ns, nspid: [1 + inner * 3, 1 + inner]}, uid, threads)
      if (first === 0) first = pid
    }
    cgroups.push({path, max: 'max', current: made - before})
    containers.push({
      id,
      name: `search-${index}`,
      image: 'search:1',
      pid: first,
      user: '1000',
      privileged: false,
      usernsMode: '',
      pidMode: '',
      ipcMode: 'private',
      networkMode: 'default',
      pidsLimit: null,
      ulimits: [],
      restartPolicy: 'always',
      mounts: [],
    })
    const passwd = {text: `root:x:0:0::/:/bin/sh\nsearch:x:${uid}:${uid}::/:/bin/sh\n`}
    mounts.push({t: 'mounts', mnt: ns.mnt, pid: first, mountinfo: {text: containerMounts(index)}})
    mounts.push({t: 'owner', path: `/srv/search-${index}`, owner: {uid, gid: uid}})
    accounts.push({mnt: ns.mnt, pid: first, passwd, group: {text: `search:x:${uid}:\n`}})
  }

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  const lines = (records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')
  put(
    'manifest.json',
    JSON.stringify({
      format: 'netdoctor-bundle',
      version: 1,
      collectedAt: '2026-01-02T03:04:05.000Z',
      unlisted: 'absent',
    }),
  )
  put(
    'inputs/processes.ndjson',
    lines([
      {t: 'observer', ns: hostNs, uid: 0, capEff: '000001ffffffffff', hidepid: '0'},
      ...processes,
      {t: 'end', processes: processes.length, vanished: 0, unread: []},
    ]),
  )
  const map = '0 0 4294967295\n'
  put(
    'inputs/user-namespaces.ndjson',
    lines([
      {ino: hostNs.user, pid: 1, uidMap: map, gidMap: map, parent: null, ownerUid: null, note: 'root'},
      {
        ino: '4999999',
        pid: 1,
        uidMap: '0 200000 65536\n',
        gidMap: '0 200000 65536\n',
        parent: hostNs.user,
        ownerUid: 0,
      },
    ]),
  )
  put(
    'inputs/container-engines.json',
    JSON.stringify([
      {
        endpoint: 'unix:///run/docker.sock',
        answered: true,
        product: 'docker',
        version: '28.0.0',
        rootless: false,
        usernsRemap: false,
        containers,
      },
    ]),
  )
  put('inputs/container-accounts.ndjson', lines(accounts))
  put('inputs/container-mounts.ndjson', lines(mounts))
  put(
    'inputs/pids-cgroups.ndjson',
    lines([
      {version: 2, path: '/', max: null, current: null, events: null, eventsLocal: null},
      ...cgroups.map(({path, max, current}) => ({
        version: 2,
        path,
        max,
        current: `${current}`,
        events: '0',
        eventsLocal: '0',
      })),
    ]),
  )
  put('inputs/fork-failures.ndjson', '')
  put('root/proc/sys/kernel/osrelease', '6.12.0-1-amd64\n')
  put('root/proc/sys/kernel/hostname', 'synthetic\n')
  put('root/proc/sys/kernel/threads-max', '126865\n')
  put('root/proc/sys/kernel/pid_max', '4194304\n')
  put('root/proc/loadavg', `0.00 0.00 0.00 1/${made} 99999\n`)
  put(
    'root/etc/passwd',
    `root:x:0:0::/root:/bin/sh\navahi:x:${AVAHI_UID}:${AVAHI_UID}::/run/avahi-daemon:/usr/sbin/nologin\n`,
  )
  put('root/etc/group', `root:x:0:\navahi:x:${AVAHI_UID}:\n`)
  put('root/etc/avahi/avahi-daemon.conf', '[rlimits]\nrlimit-nproc=3\n')
  put('root/usr/lib/systemd/system/avahi-daemon.service', '[Service]\nExecStart=/usr/sbin/avahi-daemon -s\n')
  for (let index = 0; index < services; index++) {
    put(
      `root/etc/systemd/system/worker${index}.service`,
      `[Service]\nExecStart=/usr/bin/worker${index}\nUser=${2000 + (index % 40)}\n`,
    )
  }
  return {tasks: made, processes: processes.length, containers: containers.length, culprit: `search-${CULPRIT}`}
}

/** Seeded numbers from 0 to 1: xorshift with the shifts 13, 17, 5. */
function xorshift(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const hostMounts = '27 1 254:0 / / rw,relatime - ext4 none rw\n28 27 0:27 / /dev/shm rw - tmpfs none rw\n'

/** As many as Docker makes, and one of the host's folders. */
function containerMounts(index: number): string {
  const own = Array.from({length: 20}, (_, at) => `${101 + at} 100 0:${1000 + at} / /own/${at} rw - tmpfs none rw\n`)
  const lent = `130 100 254:0 /srv/search-${index} /data rw,relatime - ext4 none rw\n`
  return `100 99 0:${200 + index} / / rw - overlay none rw\n${own.join('')}${lent}`
}
