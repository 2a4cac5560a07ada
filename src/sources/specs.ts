import type {Spec} from './spec-types.js'

/** systemd.unit(5), "System Unit Search Path", highest priority first. */
export const unitLoadPath = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/run/systemd/generator.late',
] as const

/**
 * Every raw input by name: what it is on a live host. A bundle holds the same inputs under the
 * same names; another kind of archive brings its own table from these names to its files.
 */
export const specs = {
  // Who the host is.
  hostname: {kind: 'file', path: '/proc/sys/kernel/hostname'},
  'os-release': {kind: 'file', path: '/etc/os-release'},
  'kernel-release': {kind: 'file', path: '/proc/sys/kernel/osrelease'},

  // Accounts.
  passwd: {kind: 'file', path: '/etc/passwd', maxBytes: 8 << 20},
  group: {kind: 'file', path: '/etc/group', maxBytes: 8 << 20},
  subuid: {kind: 'file', path: '/etc/subuid'},
  subgid: {kind: 'file', path: '/etc/subgid'},
  'login-defs': {kind: 'file', path: '/etc/login.defs'},
  nsswitch: {kind: 'file', path: '/etc/nsswitch.conf'},

  // Tasks, namespaces, containers.
  processes: {kind: 'probe', format: 'ndjson'},
  'user-namespaces': {kind: 'probe', format: 'ndjson'},
  'container-engines': {kind: 'probe', format: 'json'},
  'container-accounts': {kind: 'probe', format: 'ndjson'},
  'container-mounts': {kind: 'probe', format: 'ndjson'},
  'ptrace-scope': {kind: 'file', path: '/proc/sys/kernel/yama/ptrace_scope'},

  // Limits on tasks.
  'pids-cgroups': {kind: 'probe', format: 'ndjson'},
  'threads-max': {kind: 'file', path: '/proc/sys/kernel/threads-max'},
  'pid-max': {kind: 'file', path: '/proc/sys/kernel/pid_max'},
  loadavg: {kind: 'file', path: '/proc/loadavg'},
  'limits-conf': {
    kind: 'tree',
    roots: ['/etc/security'],
    match: /^(limits\.conf|limits\.d\/[^/]+\.conf)$/,
    depth: 1,
  },
  'avahi-conf': {kind: 'file', path: '/etc/avahi/avahi-daemon.conf'},
  'docker-daemon-json': {kind: 'file', path: '/etc/docker/daemon.json'},

  // systemd.
  'systemd-units': {
    kind: 'tree',
    roots: unitLoadPath,
    match: /^([^/]+\.(service|slice)|(([^/]+\.)?(service|slice)\.d|[^/]+\.(wants|requires|upholds))\/[^/]+)$/,
    depth: 1,
  },
  'systemd-system-conf': {
    kind: 'tree',
    roots: ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd', '/lib/systemd'],
    match: /^(system\.conf|system\.conf\.d\/[^/]+\.conf)$/,
    depth: 1,
  },
  'logind-conf': {
    kind: 'tree',
    roots: ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd', '/lib/systemd'],
    match: /^(logind\.conf|logind\.conf\.d\/[^/]+\.conf)$/,
    depth: 1,
  },

  // What the kernel and the services said.
  'fork-failures': {kind: 'probe', format: 'ndjson'},
} as const satisfies Record<string, Spec>

export type InputName = keyof typeof specs

export const inputNames = Object.keys(specs) as InputName[]
