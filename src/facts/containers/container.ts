import {missing} from '../../model/missing.js'
import type {EngineContainerRecord} from '../../sources/records.js'
import type {Container, Engine, Mount, Runtime} from '../containers.js'
import type {Process} from '../processes.js'
import type {Surroundings} from './join.js'
import type {Group} from './nesting.js'

/** What starts a container's first process, by comm. A hint: it only decides what the runtime is called. */
const starters: Readonly<Record<string, Runtime>> = {
  conmon: 'podman',
  'containerd-shim': 'containerd',
  dockerd: 'docker',
  buildkitd: 'docker',
  'lxc-start': 'lxc',
  'systemd-nspawn': 'nspawn',
}

/** As the kernel alone shows it. */
export function fromKernel(group: Group, {table, namespaces, accounts, mounts}: Surroundings): Container {
  const {init, processes} = group
  const host = table.observer.ns
  const marker = group.markers.at(-1)
  const own = init.userns === null || host.user === undefined ? null : init.userns !== host.user
  const namespace = init.userns === null ? undefined : namespaces?.get(init.userns)
  const starter = table.byPid.get(init.ppid)?.comm ?? ''
  const mounted = mounts.mountsOf(init)
  const id = marker?.id ?? null
  return {
    id: id ?? `mnt:${init.ns.mnt ?? `pid ${init.pid}`}`,
    name: marker?.name ?? `${init.comm} (${id?.slice(0, 12) ?? `pid ${init.pid}`})`,
    runtime: marker && marker.runtime !== 'unknown' ? marker.runtime : (starters[starter] ?? 'unknown'),
    seenBy: ['kernel'],
    endpoint: null,
    image: null,
    initPid: init.pid,
    processes,
    userns: init.userns,
    usernsOfItsOwn: own,
    uidMap: namespace?.uidMap ?? null,
    gidMap: namespace?.gidMap ?? null,
    creatorUid: own === true ? (namespace?.ownerUid ?? null) : null,
    ns: init.ns,
    accounts: accounts.accountsOf(mntWithAccounts(init, processes)),
    groups: accounts.groupsOf(mntWithAccounts(init, processes)),
    mounts: 'status' in mounted ? [] : mounted,
    mountsSeenBy: 'status' in mounted ? mounted : 'kernel',
    nprocUlimit: null,
    pidsLimit: null,
    privileged: null,
    restartPolicy: null,
  }

  /** Its first process may have a mount namespace of its own, or be gone by now. */
  function mntWithAccounts(first: Process, all: readonly Process[]): string | undefined {
    const known = [first, ...all].find(({ns}) => ns.mnt !== undefined && accounts.ownRoots?.has(ns.mnt))
    return known?.ns.mnt ?? first.ns.mnt
  }
}

/** Adds what an engine says of it. */
export function withEngine(container: Container, engine: Engine, answer: EngineContainerRecord): Container {
  const product = engine.product === 'unknown' ? container.runtime : engine.product
  return {
    ...container,
    ...settings(engine, answer),
    ...(container.mountsSeenBy === 'kernel'
      ? {mounts: joinMounts(container.mounts, answer), mountsSeenBy: 'kernel'}
      : {}),
    runtime: container.runtime === 'unknown' || container.runtime === 'containerd' ? product : container.runtime,
    seenBy: ['kernel', 'api'],
  }
}

/** A container that waits for a restart: only its engine knows it. */
export function withoutProcesses(engine: Engine, answer: EngineContainerRecord): Container {
  const nothingToRead = missing('container-accounts', 'not-collected', `container ${answer.name} has no process now`)
  // Docker can switch the mapping off for one container, not on; Podman says what it does in usernsMode.
  const mapped = engine.usernsRemap && answer.usernsMode !== 'host'
  const own = engine.rootless || mapped || (engine.product !== 'docker' && !['', 'host'].includes(answer.usernsMode))
  return {
    ...settings(engine, answer),
    runtime: engine.product,
    seenBy: ['api'],
    initPid: 0,
    processes: [],
    userns: null,
    usernsOfItsOwn: own,
    uidMap: null,
    gidMap: null,
    creatorUid: null,
    ns: {},
    accounts: nothingToRead,
    groups: nothingToRead,
  }
}

/** A name that tells two containers of one name apart. */
export function describe(name: string, {endpoint, initPid}: Container): string {
  return initPid === 0 ? `${name} (${endpoint})` : `${name} (pid ${initPid})`
}

function settings(engine: Engine, answer: EngineContainerRecord) {
  const nproc = answer.ulimits.find(({name}) => name === 'nproc')
  const limit = (value: number) => (value < 0 ? Number.POSITIVE_INFINITY : value)
  return {
    id: answer.id,
    name: answer.name,
    endpoint: engine.endpoint,
    image: answer.image,
    mounts: answer.mounts.map(({type, source, destination, rw, uid, gid}) => ({
      type,
      source,
      destination,
      readWrite: rw,
      ownerUid: uid ?? null,
      ownerGid: gid ?? null,
      idmapped: false,
    })),
    mountsSeenBy: 'api' as const,
    nprocUlimit: nproc ? {soft: limit(nproc.soft), hard: limit(nproc.hard)} : null,
    pidsLimit: answer.pidsLimit,
    privileged: answer.privileged,
    restartPolicy: answer.restartPolicy === '' ? 'no' : answer.restartPolicy,
    ...(answer.upkeep ? {upkeep: answer.upkeep} : {}),
  }
}

/** What is mounted, the kernel knows; what kind of mount it was meant to be, the engine. */
function joinMounts(mounts: readonly Mount[], answer: EngineContainerRecord): readonly Mount[] {
  const listed = new Map(answer.mounts.map((mount) => [`${mount.source} ${mount.destination}`, mount.type]))
  return mounts.map((mount) => ({...mount, type: listed.get(`${mount.source} ${mount.destination}`) ?? mount.type}))
}
