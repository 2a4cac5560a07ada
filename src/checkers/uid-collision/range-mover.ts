import type {HostAccounts} from '../../facts/accounts.js'
import type {SubordinateRange} from '../../facts/subordinate-ids.js'
import type {Remediation} from '../../model/finding.js'
import {type IdInterval, lastOf} from '../../models/user-namespaces/id-interval.js'

export type Kind = 'UID' | 'GID'

export interface OwnedRange {
  readonly kind: Kind
  readonly range: SubordinateRange
}

/** subuid(5): `count` IDs from `start` on, so the last is start + count - 1. */
export function ids(interval: IdInterval): string {
  return interval.count === 1 ? `${interval.start}` : `${interval.start}-${lastOf(interval)}`
}

/** Finds new places for ranges, behind all that is in use and each behind the one before. */
export class RangeMover {
  readonly #accounts: HostAccounts
  #free: number

  /** @param ranges all of /etc/subuid and /etc/subgid; @param taken IDs of all accounts and groups */
  constructor(ranges: readonly IdInterval[], taken: readonly number[], accounts: HostAccounts) {
    this.#accounts = accounts
    // SUB_UID_MIN of login.defs(5).
    this.#free = 100_000
    for (const range of ranges) this.#free = Math.max(this.#free, lastOf(range) + 1)
    for (const id of taken) this.#free = Math.max(this.#free, id + 1)
  }

  /** One usermod(8) that moves some ranges of one owner; equal ranges of users and groups stay equal. */
  of(owner: string, owned: readonly OwnedRange[]): Remediation {
    const title = `Give ${owner} a range of its own; what its containers own on disk keeps the old IDs`
    const places = new Map<string, IdInterval>()
    const options = new Set<string>()
    for (const {kind, range} of owned) {
      const from = ids(range)
      let to = places.get(from)
      if (!to) {
        to = {start: this.#free, count: range.count}
        places.set(from, to)
        this.#free += range.count
      }
      const option = kind === 'UID' ? 'subuids' : 'subgids'
      options.add(`--del-${option} ${from} --add-${option} ${ids(to)}`)
    }
    // usermod knows login names, and takes away only what stands under the name. (uid_t)-1 is no ID.
    if (!this.#accounts.byName.has(owner) || this.#free > 0xffff_ffff) {
      return {title, kind: 'manual', safety: 'disruptive', persistent: true}
    }
    const argv = ['usermod', ...[...options].flatMap((option) => option.split(' ')), owner]
    return {title, kind: 'command', argv, safety: 'disruptive', persistent: true}
  }
}
