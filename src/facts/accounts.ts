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
