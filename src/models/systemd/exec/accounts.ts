import type {EnvironmentSources, NamedFile} from '../../../facts/unit-environment.js'
import type {Settings} from './settings.js'

/** The account a unit's commands run as, as far as systemd tells them of it. */
export interface Login {
  /** null: not known. */
  readonly user: string | null
  /** `none`: systemd sets no $HOME for it. null: not known. */
  readonly home: string | 'none' | null
  readonly shell: string | 'none' | null
}

/** A line of /etc/passwd. */
interface Account {
  readonly name: string
  readonly home: string
  readonly shell: string
}

const NOLOGIN = /^\/(?:usr\/)?s?bin\/(?:nologin|false|true)$/

/** get_fixed_user() and get_user_creds() of systemd with USER_CREDS_CLEAN. */
export function loginOf(settings: Settings, accounts: Accounts, version: number): Login {
  const name = settings.value('User')
  const dynamic = version >= 232 && settings.boolean('DynamicUser') === true
  if (name.includes('%')) return {user: null, home: null, shell: null}
  if (dynamic) return {user: name === '' ? null : name, home: 'none', shell: 'none'}
  // Since 256 the user database comes first where SetLoginEnvironment=yes asks for all of it.
  const asked = version >= 256 && settings.boolean('SetLoginEnvironment') === true
  const listed = asked ? accounts.find(name === '' ? 'root' : name) : null
  if (listed) return cleaned(listed, version)
  if (name === '' || name === 'root' || name === '0') return {user: 'root', home: '/root', shell: rootShell(version)}
  if (name === 'nobody' || name === '65534') return {user: 'nobody', home: 'none', shell: 'none'}
  const account = accounts.find(name)
  if (account === null) return {user: /^\d+$/.test(name) ? null : name, home: null, shell: null}
  return cleaned(account, version)
}

function cleaned(account: Account, version: number): Login {
  const clean = version >= 229
  const shell = version >= 245 || clean ? (NOLOGIN.test(account.shell) ? 'none' : account.shell) : account.shell
  return {
    user: account.name,
    home: clean && (account.home === '' || account.home === '/') ? 'none' : account.home,
    shell: shell === '' ? 'none' : shell,
  }
}

/** default_root_shell(): what systemd was built with, as a rule. */
function rootShell(version: number): string {
  return version >= 252 ? '/bin/bash' : '/bin/sh'
}

/** The accounts of /etc/passwd, read once for all units. */
export class Accounts {
  readonly #sources: EnvironmentSources
  #byName: ReadonlyMap<string, Account> | null = null

  constructor(sources: EnvironmentSources) {
    this.#sources = sources
  }

  /** By name or UID, the first line that has either. */
  find(name: string): Account | null {
    this.#byName ??= accountsOf(this.#sources.file('/etc/passwd'))
    return this.#byName.get(name) ?? null
  }
}

function accountsOf(file: NamedFile): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const line of file.status === 'file' ? file.text.split('\n') : []) {
    const [name = '', , uid = '', , , home = '', shell = ''] = line.split(':')
    const account = {name, home, shell}
    if (!accounts.has(name)) accounts.set(name, account)
    if (/^\d+$/.test(uid) && !accounts.has(uid)) accounts.set(uid, account)
  }
  return accounts
}
