import {networkScriptPaths, readByNetworkScripts} from './network-scripts.js'
import type {Spec} from './spec-types.js'
import {unitLoadPath} from './unit-load-path.js'
import {environmentFilesOf, linkedUnitFilesOf, programsOf} from './unit-references.js'

export {unitLoadPath}

/** libsystemd-shared-252.so since version 230; before, libsystemd.so.0 leads to libsystemd.so.0.14.0. */
const systemdLibraries = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/lib/*-linux-gnu*',
  '/lib',
  '/lib64',
  '/lib/*-linux-gnu*',
].flatMap((folder) => [`${folder}/systemd/libsystemd-shared-*.so`, `${folder}/libsystemd.so.0`])

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

  // The network: IPv6 as `ip` and /proc show it, and traffic control. By network namespace, netdoctor's own first.
  network: {kind: 'probe', format: 'ndjson'},
  'network-namespaces': {kind: 'probe', format: 'ndjson'},
  'traffic-control': {kind: 'probe', format: 'ndjson'},

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
    match:
      /^([^/]+\.(service|socket|timer|path|target|mount|automount|swap|slice|scope|device)|[^/]+\.(d|wants|requires|upholds)\/[^/]+)$/,
    depth: 1,
    folderLinks: true,
  },
  /** Unit files and drop-ins that a link in the load path leads out of it to. */
  'linked-units': {kind: 'named-files', from: ['systemd-units'], paths: linkedUnitFilesOf, content: 'text'},
  /** EnvironmentFile= of all units. Read like PID 1 does before each command, secrets included. */
  'environment-files': {
    kind: 'named-files',
    from: ['systemd-units', 'linked-units'],
    paths: environmentFilesOf,
    content: 'text',
  },
  /** What Exec lines of units start: scripts are read, for they may use a variable that systemd leaves alone. */
  'unit-programs': {
    kind: 'named-files',
    from: ['systemd-units', 'linked-units'],
    paths: programsOf,
    content: 'scripts',
    maxBytes: 256 << 10,
  },
  /** Files by which packages let services be configured; EnvironmentFile= and scripts may read them. */
  'service-defaults': {kind: 'tree', roots: ['/etc/default', '/etc/sysconfig'], match: /^[^/]+$/, depth: 0},
  'sysv-scripts': {kind: 'tree', roots: ['/etc/init.d'], match: /^[^/]+$/, depth: 0},
  /** `S01name -> ../init.d/name` */
  'sysv-links': {
    kind: 'tree',
    roots: [
      '/etc/rc0.d',
      '/etc/rc1.d',
      '/etc/rc2.d',
      '/etc/rc3.d',
      '/etc/rc4.d',
      '/etc/rc5.d',
      '/etc/rc6.d',
      '/etc/rcS.d',
    ],
    match: /^[SK][^/]+$/,
    depth: 0,
    content: 'names',
  },
  /** What a Debian package enabled when it was installed: `NAME.dsh-also`, and `TARGET.wants/NAME` for each link. */
  'deb-systemd-helper': {
    kind: 'tree',
    roots: ['/var/lib/systemd/deb-systemd-helper-enabled'],
    match: /^([^/]+\.dsh-also|[^/]+\.(wants|requires|upholds)\/[^/]+)$/,
    depth: 1,
    content: 'names',
  },
  /** SystemdService= of what D-Bus starts on demand. */
  'dbus-services': {
    kind: 'tree',
    roots: [
      '/etc/dbus-1/system-services',
      '/run/dbus-1/system-services',
      '/usr/local/share/dbus-1/system-services',
      '/usr/share/dbus-1/system-services',
      '/lib/dbus-1/system-services',
    ],
    match: /^[^/]+\.service$/,
    depth: 0,
  },
  /** SYSTEMD_WANTS of what appears as a device. */
  'udev-rules': {
    kind: 'tree',
    roots: [
      '/etc/udev/rules.d',
      '/run/udev/rules.d',
      '/usr/local/lib/udev/rules.d',
      '/lib/udev/rules.d',
      '/usr/lib/udev/rules.d',
    ],
    match: /^[^/]+\.rules$/,
    depth: 0,
  },
  /** Libraries whose names tell the version of the systemd that is installed, also where nothing runs. */
  'systemd-library': {kind: 'named-files', from: [], paths: () => systemdLibraries, content: 'names'},
  /** State of all loaded units and the environment of the manager, where PID 1 is systemd. */
  'systemd-manager': {kind: 'probe', format: 'json'},
  /** PassEnvironment= copies from it. Root only. */
  'init-environ': {kind: 'file', path: '/proc/1/environ'},
  'kernel-command-line': {kind: 'file', path: '/proc/cmdline'},
  'locale-conf': {kind: 'file', path: '/etc/locale.conf'},
  'machine-id': {kind: 'file', path: '/etc/machine-id'},
  'boot-id': {kind: 'file', path: '/proc/sys/kernel/random/boot_id'},
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

  // The firewall.
  /** What each tool prints of its rules, in the network namespace of netdoctor; asked only where that loads nothing. */
  'firewall-rules': {kind: 'probe', format: 'ndjson'},

  // IPv6: whom the host talks to, and what changes how it does.
  'resolv-conf': {kind: 'file', path: '/etc/resolv.conf'},
  /** What systemd-resolved asks where /etc/resolv.conf names its stub. */
  'resolved-resolv-conf': {kind: 'file', path: '/run/systemd/resolve/resolv.conf'},
  'gai-conf': {kind: 'file', path: '/etc/gai.conf'},
  'tcp6-sockets': {kind: 'file', path: '/proc/net/tcp6', maxBytes: 64 << 20},
  'udp6-sockets': {kind: 'file', path: '/proc/net/udp6', maxBytes: 64 << 20},
  'sysctl-conf': {kind: 'file', path: '/etc/sysctl.conf'},
  'sysctl-folders': {
    kind: 'tree',
    roots: ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'],
    match: /^[^/]+\.conf$/,
    depth: 0,
  },

  // Scripts that change a network.
  'network-scripts': {
    kind: 'named-files',
    from: [],
    paths: () => networkScriptPaths,
    content: 'scripts',
    maxBytes: 1 << 20,
  },
  /** interfaces(5) of ifupdown: its `up` lines are shell. */
  'network-interfaces': {
    kind: 'tree',
    roots: ['/etc/network'],
    match: /^(interfaces|interfaces\.d\/[^/]+)$/,
    depth: 1,
  },
  /** What scripts that use tc read: `. FILE`, `tc -batch FILE`. */
  'network-script-files': {
    kind: 'named-files',
    from: ['network-scripts', 'unit-programs', 'sysv-scripts'],
    paths: readByNetworkScripts,
    content: 'text',
  },

  // What the caller named.
  /** Of `--script`: a line `{path, text}` each, or `{path, missing: {reason, detail}}`. */
  'asked-scripts': {kind: 'asked', format: 'ndjson'},
  /** Of `--dest`: an IPv6 address a line. */
  'asked-destinations': {kind: 'asked', format: 'text'},

  // What the kernel and the services said.
  'fork-failures': {kind: 'probe', format: 'ndjson'},
} as const satisfies Record<string, Spec>

export type InputName = keyof typeof specs

export const inputNames = Object.keys(specs) as InputName[]

/** What may hold passwords and keys, as it was read. Until they are left out, a recording is as private as its host. */
export const secretInputs: readonly InputName[] = [
  'environment-files',
  'service-defaults',
  'unit-programs',
  'systemd-units',
  'linked-units',
  'systemd-manager',
  'init-environ',
  'kernel-command-line',
  'network-scripts',
  'network-interfaces',
  'network-script-files',
]
