import type {HostAccounts} from '../../facts/accounts.js'
import type {SubordinateIds, SubordinateRange} from '../../facts/subordinate-ids.js'
import type {Evidence, FindingDraft, Severity} from '../../model/finding.js'
import {holds, type IdInterval, overlappingPairs} from '../../models/user-namespaces/id-interval.js'
import {groupBy, listed} from './lists.js'
import {ids, type Kind, type OwnedRange, RangeMover} from './range-mover.js'
import {wording} from './wording.js'

const words = wording['subordinate-overlap']

/** One overlap, told from the side of the owner who can put it right. */
interface Overlap {
  readonly owner: string
  readonly severity: Severity
  readonly summary: string
  readonly why: string
  readonly evidence: readonly Evidence[]
  readonly ranges: readonly OwnedRange[]
}

/** One finding for each owner whose ranges in /etc/subuid or /etc/subgid meet IDs of somebody else. */
export function subordinateOverlaps(
  {uids, gids}: SubordinateIds,
  accounts: HostAccounts,
): FindingDraft<'subordinate-overlap'>[] {
  const users = accounts.accounts.map(({name, uid}) => ({name, id: uid}))
  const groups = accounts.groups.map(({name, gid}) => ({name, id: gid}))
  const overlaps = [
    ...accountOverlaps('UID', uids, users),
    ...accountOverlaps('GID', gids, groups),
    ...rangeOverlaps('UID', uids),
    ...rangeOverlaps('GID', gids),
  ]
  const byOwner = groupBy(overlaps, ({owner}) => owner)
  const moves = new RangeMover(
    [...uids, ...gids],
    [...users, ...groups].map(({id}) => id),
    accounts,
  )
  return [...byOwner].map(([owner, found]) => {
    const first = found.find(({severity}) => severity === 'error') ?? found[0]
    return {
      rule: 'subordinate-overlap',
      subject: {kind: 'account', name: owner},
      severity: first?.severity ?? 'warning',
      confidence: 'certain',
      summary: first?.summary ?? '',
      why: first?.why ?? '',
      evidence: distinct([
        ...found.flatMap(({evidence}) => evidence),
        ...found.filter((one) => one !== first).map(({summary}) => ({source: 'also', excerpt: summary})),
      ]),
      remediation: [
        moves.of(
          owner,
          found.flatMap(({ranges}) => ranges),
        ),
      ],
    }
  })
}

/** A single ID is written on purpose: `root:1000:1` lets a container have that very user. */
function isRange({count}: IdInterval): boolean {
  return count > 1
}

function accountOverlaps(
  kind: Kind,
  ranges: readonly SubordinateRange[],
  accounts: readonly {readonly name: string; readonly id: number}[],
): Overlap[] {
  const sorted = [...accounts].sort((a, b) => a.id - b.id)
  return ranges.filter(isRange).flatMap((range) => {
    const inside = heldBy(range, sorted)
    if (inside.length === 0) return []
    const own = kind === 'UID' && inside.every(({id}) => id === range.ownerUid)
    return [
      {
        owner: range.owner,
        // Root may become any account without newuidmap; to any other owner the range gives what it must not have.
        severity: range.ownerUid === 0 ? 'warning' : 'error',
        summary: words.account(range.owner, ids(range), listed(inside.map(({name, id}) => `${name} (${id})`)), kind),
        why: own ? words.ownWhy : words.accountWhy,
        evidence: [
          lineOf(range),
          ...inside.slice(0, 3).map(({name, id}) => ({
            source: kind === 'UID' ? '/etc/passwd' : '/etc/group',
            excerpt: `${name}: ${kind} ${id}`,
          })),
        ],
        ranges: [{kind, range}],
      } satisfies Overlap,
    ]
  })
}

/** Of accounts in order of their IDs those in a range: there may be thousands of both. */
function heldBy<T extends {readonly id: number}>(range: IdInterval, sorted: readonly T[]): T[] {
  let low = 0
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.id ?? 0) < range.start) low = middle + 1
    else high = middle
  }
  const held: T[] = []
  for (let one = sorted[low]; one !== undefined && holds(range, one.id); one = sorted[++low]) held.push(one)
  return held
}

function rangeOverlaps(kind: Kind, ranges: readonly SubordinateRange[]): Overlap[] {
  return overlappingPairs(ranges.filter(isRange))
    .filter(({a, b}) => !sameOwner(a, b))
    .map(({a, b, shared}) => {
      // The later line came second, so it is the one to move.
      const [earlier, later] = a.line < b.line ? [a, b] : [b, a]
      return {
        owner: later.owner,
        severity: 'warning',
        summary: words.ranges(later.owner, earlier.owner, ids(shared), kind),
        why: words.rangesWhy,
        evidence: [lineOf(earlier), lineOf(later)],
        ranges: [{kind, range: later}],
      }
    })
}

/** subuid(5) takes a login name or a number, and both may stand there for one user. */
function sameOwner(a: SubordinateRange, b: SubordinateRange): boolean {
  return a.owner === b.owner || (a.ownerUid !== null && a.ownerUid === b.ownerUid)
}

function lineOf({path, line, owner, start, count}: SubordinateRange): Evidence {
  return {source: `${path}:${line}`, excerpt: `${owner}:${start}:${count}`}
}

function distinct(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((one) => [`${one.source}\0${one.excerpt}`, one])).values()]
}
