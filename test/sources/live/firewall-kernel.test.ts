import {describe, expect, it} from 'vitest'
import {modulesAreFixed, nfTablesPresence} from '../../../src/sources/live/firewall-kernel.js'

const HEAD = 'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n'
const row = (family: number) =>
  `000000007f4c46bc ${family}   0          00000000 0        0        0     2        0        4       \n`
const sockets = `${HEAD}${row(0)}${row(12)}`
const release = {'/proc/sys/kernel/osrelease': '6.1.0-50-amd64\n'}
const builtin = (name: string) => ({
  '/lib/modules/6.1.0-50-amd64/modules.builtin': `kernel/net/ipv4/tunnel4.ko\nkernel/net/netfilter/${name}.ko\n`,
})
const symbols = (name: string) => ({'/proc/kallsyms': `0000000000000000 t nfnetlink_rcv\n0000000000000000 t ${name}\n`})
const modules = (name: string) => ({
  '/proc/modules': `veth 32768 0 - Live 0x0\n${name} 286720 0 - Live 0x0000000000000000\n`,
})

const presence = (files: Readonly<Record<string, string>>) =>
  nfTablesPresence((path) => ({...release, ...files})[path as keyof typeof release] ?? null).state

describe('nfTablesPresence', () => {
  it.each([
    [
      'nfnetlink has no socket',
      {'/proc/net/netlink': `${HEAD}${row(0)}${row(16)}`, ...modules('x'), ...symbols('nf_tables_init_net')},
      'absent',
    ],
    ['a module', {'/proc/net/netlink': sockets, ...modules('nf_tables')}, 'rules'],
    [
      'a module whose name begins so',
      {'/proc/net/netlink': sockets, ...modules('nf_tables_set'), ...builtin('x')},
      'absent',
    ],
    ['built in', {'/proc/net/netlink': sockets, ...modules('x'), ...builtin('nf_tables')}, 'rules'],
    ['neither loaded nor built in', {'/proc/net/netlink': sockets, ...modules('x'), ...builtin('nfnetlink')}, 'absent'],
    [
      'a kernel without modules, by its symbols',
      {'/proc/net/netlink': sockets, ...symbols('nf_tables_init_net')},
      'rules',
    ],
    ['symbols without it', {'/proc/net/netlink': sockets, ...symbols('nf_conntrack_in')}, 'absent'],
    ['symbols that are not all', {'/proc/net/netlink': sockets, '/proc/kallsyms': '0 t x\n'}, 'unknown'],
    ['a module list alone', {'/proc/net/netlink': sockets, ...modules('x')}, 'unknown'],
    ['nothing', {}, 'unknown'],
  ])('%s: %s', (_, files, state) => {
    expect(presence(files)).toBe(state)
  })
})

describe('modulesAreFixed', () => {
  const absent = {reason: 'absent', detail: 'ENOENT'} as const
  const denied = {reason: 'denied', detail: 'EACCES'} as const
  it.each([
    ['built without modules', absent, absent, true],
    ['switched off', {text: '1\n'}, {text: 'veth 1\n'}, true],
    ['possible', {text: '0\n'}, {text: 'veth 1\n'}, false],
    ['not to be seen', absent, denied, false],
    ['neither is', denied, absent, false],
  ])('%s', (_, disabled, modules, fixed) => {
    expect(modulesAreFixed((path) => (path === '/proc/modules' ? modules : disabled))).toBe(fixed)
  })
})
