import type {Missing} from '../model/missing.js'
import {hasCompatLines, parseGroup, parsePasswd} from './account-files.js'
import {defineFact, known, unknown} from './define.js'
import {parseNsswitch} from './nsswitch.js'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

export interface Group {
  readonly name: string
  readonly gid: number
  /** Names listed in the file; accounts that have it as primary group need not be. */
  readonly members: readonly string[]
}

/** passwd(5) and group(5) of the host. Accounts from LDAP, sssd and the like are not in these files. */
export interface HostAccounts {
  readonly accounts: readonly Account[]
  readonly groups: readonly Group[]
  readonly byUid: ReadonlyMap<number, readonly Account[]>
  readonly byName: ReadonlyMap<string, Account>
  readonly groupsByGid: ReadonlyMap<number, readonly Group[]>
  /** NSS services beside `files` for passwd (`sss`, `ldap`, `systemd`): other accounts may exist. */
  readonly otherServices: readonly string[]
  /** login.defs: SYS_UID_MAX, UID_MIN; defaults where the file does not say. */
  readonly sysUidMax: number
}

/** SYSTEM_UID_MAX, where login.defs does not say: the default of shadow and of systemd. */
const DEFAULT_SYS_UID_MAX = 999

export const hostAccountsFact = defineFact({
  name: 'hostAccounts',
  inputs: ['passwd', 'group', 'nsswitch', 'login-defs'],
  derive({passwd, group, nsswitch, 'login-defs': loginDefs}) {
    // A file that is not there holds no accounts; one that could not be read may hold any.
    if (passwd.status === 'missing' && passwd.reason !== 'absent') return unknown(passwd)
    const passwdText = textOf(passwd)
    const accounts = parsePasswd(passwdText)
    const groups = parseGroup(textOf(group))
    const services = parseNsswitch(textOf(nsswitch)).get('passwd') ?? ['files']
    return known<HostAccounts>(
      {
        accounts,
        groups,
        byUid: groupBy(accounts, ({uid}) => uid),
        // The first of two lines of one name is the one that getpwnam(3) finds.
        byName: new Map([...accounts].reverse().map((account) => [account.name, account])),
        groupsByGid: groupBy(groups, ({gid}) => gid),
        otherServices: services.filter(
          (service) => service !== 'files' && (service !== 'compat' || hasCompatLines(passwdText)),
        ),
        sysUidMax: sysUidMaxOf(textOf(loginDefs)),
      },
      [group, nsswitch, loginDefs].filter((input) => input.status === 'missing').filter(isGap),
    )
  },
})

function textOf(input: {readonly status: 'raw'; readonly text: string} | Missing): string {
  return input.status === 'raw' ? input.text : ''
}

function isGap(missing: Missing): boolean {
  return missing.reason !== 'absent'
}

function groupBy<T>(items: readonly T[], key: (item: T) => number): Map<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** login.defs(5): the last line counts, as shadow and systemd read it. */
function sysUidMaxOf(loginDefs: string): number {
  const values = [...loginDefs.matchAll(/^[ \t]*SYS_UID_MAX[ \t]+"?(\d+)"?[ \t]*$/gm)]
  return Number(values.at(-1)?.[1] ?? DEFAULT_SYS_UID_MAX)
}
