import type {Missing} from '../model/missing.js'
import type {Raw} from '../sources/collected.js'
import {type HostAccounts, hostAccountsFact} from './accounts.js'
import {defineFact, known} from './define.js'
import {parseNsswitch} from './nsswitch.js'

/** One line of subuid(5) or subgid(5): `count` IDs from `start` on. */
export interface SubordinateRange {
  /** As written: a login name or a number. */
  readonly owner: string
  /** UID of the owner where the account is known. */
  readonly ownerUid: number | null
  readonly start: number
  readonly count: number
  readonly path: string
  readonly line: number
}

export interface SubordinateIds {
  readonly uids: readonly SubordinateRange[]
  readonly gids: readonly SubordinateRange[]
  /** nsswitch.conf takes them from elsewhere (`subid: sss`): the files do not decide. */
  readonly fromFiles: boolean
}

export const subordinateIdsFact = defineFact({
  name: 'subordinateIds',
  inputs: ['subuid', 'subgid', 'nsswitch'],
  uses: {hostAccounts: hostAccountsFact},
  derive({subuid, subgid, nsswitch}, {hostAccounts}) {
    const accounts = hostAccounts.known ? hostAccounts.value : null
    const subid = nsswitch.status === 'raw' ? parseNsswitch(nsswitch.text).get('subid') : undefined
    return known<SubordinateIds>(
      {
        uids: rangesOf(subuid, accounts),
        gids: rangesOf(subgid, accounts),
        // libsubid asks the first service only: nss_init() of shadow's lib/nss.c.
        fromFiles: subid?.[0] === undefined || subid[0] === 'files',
      },
      [
        ...[subuid, subgid, nsswitch].filter((input) => input.status === 'missing').filter(isGap),
        ...(hostAccounts.known ? [] : hostAccounts.missing),
      ],
    )
  },
})

function isGap(missing: Missing): boolean {
  return missing.reason !== 'absent'
}

/** Lines that do not hold an owner and two numbers are comments to every reader of these files. */
function rangesOf(input: Raw | Missing, accounts: HostAccounts | null): SubordinateRange[] {
  if (input.status === 'missing') return []
  return input.text.split('\n').flatMap((text, index) => {
    const match = /^([^:#\s][^:]*):(\d+):(\d+)$/.exec(text.trim())
    if (!match) return []
    const [owner = '', start, count] = match.slice(1)
    const range = {owner, ownerUid: uidOf(owner, accounts), start: Number(start), count: Number(count)}
    return range.count === 0 ? [] : [{...range, path: input.origin, line: index + 1}]
  })
}

/** An owner is a login name or, where no account has that name, a UID in digits. */
function uidOf(owner: string, accounts: HostAccounts | null): number | null {
  return accounts?.byName.get(owner)?.uid ?? (/^\d+$/.test(owner) ? Number(owner) : null)
}
