import type {Container, Containers} from '../../facts/containers.js'
import type {FindingDraft} from '../../model/finding.js'
import {type IdInterval, intersection, kernelIntervals} from '../../models/user-namespaces/id-interval.js'
import {isIdentity} from '../../models/user-namespaces/id-map.js'
import {groupBy, listed} from './lists.js'
import {ids} from './range-mover.js'
import {wording} from './wording.js'

const words = wording['remap-range-shared']

/** Containers that get their IDs from one and the same allocator, and share them by its design. */
interface Allocator {
  readonly name: string
  readonly containers: readonly Container[]
  readonly intervals: readonly IdInterval[]
}

/** One finding for each pair of runtimes whose containers are mapped to common host IDs. */
export function sharedRemapRanges({containers}: Containers): FindingDraft<'remap-range-shared'>[] {
  const groups = groupBy(containers.filter(isMapped), allocatorOf(containers))
  const allocators = [...groups].map(([name, members]) => ({
    name,
    containers: members,
    intervals: members.flatMap(({uidMap}) => rangesOf(uidMap)),
  }))
  return allocators.flatMap((a, at) =>
    allocators.slice(at + 1).flatMap((b) => {
      if (sameUser(a, b)) return []
      const shared = a.intervals.flatMap((one) => b.intervals.map((other) => intersection(one, other)))
      const common = [...new Set(shared.filter((interval) => interval !== null).map(ids))]
      return common.length === 0 ? [] : [finding(a, b, common)]
    }),
  )
}

function finding(a: Allocator, b: Allocator, common: readonly string[]): FindingDraft<'remap-range-shared'> {
  return {
    rule: 'remap-range-shared',
    subject: {kind: 'runtime', name: `${a.name}, ${b.name}`},
    confidence: 'certain',
    summary: words.summary(a.name, b.name, listed(common)),
    why: words.why,
    evidence: [a, b].flatMap(({containers}) =>
      containers.slice(0, 2).map(({name, initPid, uidMap}) => ({
        source: `/proc/${initPid}/uid_map`,
        excerpt: `${name}: ${(uidMap ?? []).map(({inside, outside, count}) => `${inside} ${outside} ${count}`).join('; ')}`,
      })),
    ),
    remediation: [
      {
        title: `Give ${b.name} a range of host IDs that ${a.name} does not use, and re-create its containers`,
        kind: 'manual',
        safety: 'disruptive',
        persistent: true,
      },
    ],
  }
}

function isMapped({usernsOfItsOwn, uidMap}: Container): boolean {
  return usernsOfItsOwn === true && uidMap !== null && isIdentity(uidMap) === false
}

/** Lines of one ID share it on purpose. */
function rangesOf(map: Container['uidMap']): readonly IdInterval[] {
  return kernelIntervals((map ?? []).filter(({count}) => count > 1)) ?? []
}

/**
 * One daemon maps all its containers to one range, and so do LXC and rootless runtimes for one user.
 * systemd-nspawn picks a range for each machine, so each is on its own.
 */
function allocatorOf(all: readonly Container[]): (container: Container) => string {
  const endpoints = groupBy(
    [...new Set(all.flatMap(({runtime, endpoint}) => (endpoint === null ? [] : [`${runtime} ${endpoint}`])))],
    (key) => key.split(' ')[0] ?? '',
  )
  return ({runtime, name, creatorUid, endpoint}) => {
    if (runtime === 'nspawn') return `nspawn machine ${name}`
    const product = runtime === 'unknown' ? 'a runtime without a name' : runtime
    if (creatorUid !== null && creatorUid !== 0) return `${product} of UID ${creatorUid}`
    // Where the API of only one daemon was asked, a container it does not know may still be its own.
    const several = endpoint !== null && (endpoints.get(runtime)?.length ?? 0) > 1
    return several ? `${product} at ${endpoint}` : product
  }
}

/** All rootless runtimes of one user take the user's own range. */
function sameUser(a: Allocator, b: Allocator): boolean {
  const [one, other] = [a, b].map(({containers}) => containers[0]?.creatorUid ?? 0)
  return one !== 0 && one === other
}
