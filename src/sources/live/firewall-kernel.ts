import type {FirewallSubsystem} from '../firewall-records.js'
import {type ReadResult, readRegular} from '../read-regular.js'

const SYMBOLS_BYTES = 64 << 20
/** Of NETLINK_NETFILTER in the column `Eth` of /proc/net/netlink. */
const NETLINK_NETFILTER = 12

export interface Presence {
  readonly state: 'rules' | 'empty' | 'absent' | 'unknown'
  /** What showed it. */
  readonly by: string
}

/**
 * Whether the kernel has nf_tables, without asking it: already the socket of `nft` would load nfnetlink
 * (netlink_create()), and its first message nf_tables (nfnetlink_rcv_msg()).
 *
 * @param read gives the text of a file, or null
 */
export function nfTablesPresence(read = readText): Presence {
  const sockets = read('/proc/net/netlink')
  if (sockets !== null && !hasNetlinkFamily(sockets, NETLINK_NETFILTER)) {
    return {state: 'absent', by: '/proc/net/netlink: no nfnetlink'}
  }
  const modules = read('/proc/modules')
  if (modules !== null && isLoaded(modules, 'nf_tables')) return {state: 'rules', by: '/proc/modules'}
  const release = read('/proc/sys/kernel/osrelease')?.trim()
  const builtin = release === undefined ? null : read(`/lib/modules/${release}/modules.builtin`)
  if (builtin !== null && /\/nf_tables\.ko$/m.test(builtin)) return {state: 'rules', by: 'modules.builtin'}
  if (builtin !== null && modules !== null) return {state: 'absent', by: '/proc/modules, modules.builtin'}
  // Names of symbols are shown to everybody, only their addresses are not.
  const symbols = read('/proc/kallsyms')
  if (symbols?.includes(' nf_tables_init_net')) return {state: 'rules', by: '/proc/kallsyms'}
  // nfnetlink is there: a list without it is not the whole.
  if (symbols?.includes(' nfnetlink_rcv')) return {state: 'absent', by: '/proc/kallsyms'}
  return {state: 'unknown', by: 'neither modules.builtin nor /proc/kallsyms tells whether nf_tables is built in'}
}

/**
 * Whether iptables of old has tables in this network namespace: the file comes with the module, and names the tables
 * that somebody has used (xt_table_seq_show()). Only these can be asked for without loading anything.
 */
export function legacyPresence(name: Exclude<FirewallSubsystem, 'nf_tables'>): Presence {
  const path = `/proc/net/${name}_names`
  const tables = readRegular(path, 1 << 16)
  if (!('reason' in tables)) return {state: tables.text.trim() === '' ? 'empty' : 'rules', by: path}
  return tables.reason === 'absent' ? {state: 'absent', by: path} : {state: 'unknown', by: tables.detail}
}

/** No module can be loaded by anybody: the kernel was built without, or told so for good (sysctl(8)). */
export function modulesAreFixed(read: (path: string) => ReadResult = readProc): boolean {
  const disabled = read('/proc/sys/kernel/modules_disabled')
  if (!('reason' in disabled)) return disabled.text.trim() === '1'
  const modules = read('/proc/modules')
  return disabled.reason === 'absent' && 'reason' in modules && modules.reason === 'absent'
}

function hasNetlinkFamily(sockets: string, family: number): boolean {
  return sockets.split('\n').some((line) => line.trim().split(/\s+/, 2)[1] === String(family))
}

function isLoaded(modules: string, name: string): boolean {
  return modules.startsWith(`${name} `) || modules.includes(`\n${name} `)
}

function readText(path: string): string | null {
  const read = readProc(path)
  return 'reason' in read ? null : read.text
}

function readProc(path: string): ReadResult {
  return readRegular(path, SYMBOLS_BYTES)
}
