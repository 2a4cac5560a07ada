import type {Files} from './rebootable.js'

/** Something that a reboot would lose, and what has to be done that no command can do. */
export interface Situation {
  readonly what: string
  readonly rule: string
  readonly severity: 'error' | 'warning'
  /** The finding's subject. */
  readonly unit: string
  /** What has to run after the reboot; by default the unit. */
  readonly runs?: readonly string[]
  readonly release?: string
  readonly files: Files
  /** What makes the situation, on the running machine. */
  readonly commands: readonly (readonly [string, ...string[]])[]
  /** What a remedy asks of a person. */
  readonly byHand?: Files
  /** Remedies that are taken, by their number; by default all that are a command or an edit. */
  readonly take?: readonly number[]
}

const ETC = '/etc/systemd/system'
const LIB = '/usr/lib/systemd/system'
const install = (by = 'multi-user.target') => `[Install]\nWantedBy=${by}\n`
const sleeper = `[Service]\nExecStart=/bin/sleep infinity\n`
const service = (by?: string) => `${sleeper}${install(by)}`
const start = (name: string) => ['systemctl', 'start', name] as const
const reload = ['systemctl', 'daemon-reload'] as const

/** An init script that leaves a process behind, as init scripts do. */
const script = `#!/bin/sh
### BEGIN INIT INFO
# Provides: app
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
case "$1" in
  start) setsid sleep infinity >/dev/null 2>&1 & ;;
esac
exit 0
`
const startLinks: Files = Object.fromEntries(
  [2, 3, 4, 5].map((level) => [`/etc/rc${level}.d/S01app`, '-> ../init.d/app']),
)

export const situations: readonly Situation[] = [
  {
    what: 'a service that was started and not enabled',
    rule: 'start-not-enabled',
    severity: 'warning',
    unit: 'app.service',
    files: {[`${LIB}/app.service`]: service()},
    commands: [start('app.service')],
  },
  {
    what: 'a timer that was started and not enabled',
    rule: 'start-not-enabled',
    severity: 'warning',
    unit: 'app.timer',
    files: {
      [`${LIB}/app.timer`]: `[Timer]\nOnBootSec=7d\n${install('timers.target')}`,
      [`${LIB}/app.service`]: sleeper,
    },
    commands: [start('app.timer')],
  },
  {
    what: 'an instance that was started and not enabled',
    rule: 'start-not-enabled',
    severity: 'warning',
    unit: 'app@home.service',
    files: {
      [`${LIB}/app@.service`]: service(),
      [`${ETC}/multi-user.target.wants/app@work.service`]: `-> ${LIB}/app@.service`,
    },
    commands: [start('app@home.service')],
  },
  {
    what: 'a unit file that was linked and not enabled',
    rule: 'start-not-enabled',
    severity: 'warning',
    unit: 'app.service',
    files: {'/opt/app/app.service': service()},
    commands: [['systemctl', 'link', '/opt/app/app.service'], start('app.service')],
  },
  {
    what: 'a target of one’s own that was started and not enabled, with its members',
    rule: 'start-not-enabled',
    severity: 'warning',
    unit: 'shop.target',
    runs: ['shop.target', 'web.service', 'db.service'],
    files: {
      [`${ETC}/shop.target`]: install(),
      [`${ETC}/web.service`]: service('shop.target'),
      [`${ETC}/db.service`]: service('shop.target'),
    },
    commands: [['systemctl', 'enable', 'web.service', 'db.service'], start('shop.target')],
  },
  {
    what: 'a service that was enabled for this boot',
    rule: 'start-enabled-until-reboot',
    severity: 'warning',
    unit: 'app.service',
    files: {[`${LIB}/app.service`]: service()},
    commands: [['systemctl', 'enable', '--runtime', '--now', 'app.service']],
  },
  {
    what: 'a service that is enabled for a target that is not booted',
    rule: 'target-not-started',
    severity: 'warning',
    unit: 'app.service',
    files: {[`${LIB}/app.service`]: service('kiosk.target'), [`${LIB}/kiosk.target`]: '[Unit]\nDescription=Kiosk\n'},
    commands: [['systemctl', 'enable', '--now', 'app.service']],
  },
  {
    what: 'a helper that is wanted by what requires something that is not there',
    rule: 'target-not-started',
    severity: 'warning',
    unit: 'helper.service',
    files: {
      [`${LIB}/app.service`]: `[Unit]\nRequires=gone.service\n${service()}`,
      [`${ETC}/multi-user.target.wants/app.service`]: `-> ${LIB}/app.service`,
      [`${LIB}/helper.service`]: service('app.service'),
    },
    commands: [['systemctl', 'enable', '--now', 'helper.service']],
  },
  {
    what: 'a service that was made to require something that is not there',
    rule: 'requirement-missing',
    severity: 'error',
    unit: 'app.service',
    release: 'trixie',
    files: {[`${LIB}/app.service`]: service(), [`${ETC}/app.service.d/gone.conf`]: '[Unit]\n'},
    commands: [
      ['systemctl', 'enable', '--now', 'app.service'],
      ['sh', '-c', `echo Requires=gone.service >>${ETC}/app.service.d/gone.conf`],
    ],
    byHand: {[`${ETC}/app.service.d/gone.conf`]: '[Unit]\nWants=gone.service\n'},
  },
  {
    what: 'a service that was masked while it ran',
    rule: 'unit-masked',
    severity: 'warning',
    unit: 'app.service',
    files: {[`${LIB}/app.service`]: service()},
    commands: [
      ['systemctl', 'enable', '--now', 'app.service'],
      ['systemctl', 'mask', 'app.service'],
    ],
  },
  {
    what: 'a service whose file was broken while it ran',
    rule: 'unit-refused',
    severity: 'error',
    unit: 'app.service',
    files: {[`${ETC}/app.service`]: service()},
    commands: [
      ['systemctl', 'enable', '--now', 'app.service'],
      ['sh', '-c', `echo '[Service]\nExecStart=/bin/sleep 9' >>${ETC}/app.service`],
    ],
    byHand: {[`${ETC}/app.service`]: service()},
  },
  {
    what: 'an enabled service whose file was removed while it ran',
    rule: 'unit-file-gone',
    severity: 'error',
    unit: 'app.service',
    files: {[`${ETC}/app.service`]: service()},
    commands: [
      ['systemctl', 'enable', '--now', 'app.service'],
      ['rm', `${ETC}/app.service`],
    ],
    byHand: {[`${ETC}/app.service`]: service()},
    take: [],
  },
  {
    what: 'an enabled service whose file is gone',
    rule: 'unit-file-gone',
    severity: 'warning',
    unit: 'app.service',
    runs: [],
    files: {[`${ETC}/multi-user.target.wants/app.service`]: `-> ${LIB}/app.service`},
    commands: [],
  },
  {
    what: 'a service whose file is in /run',
    rule: 'unit-file-in-run',
    severity: 'warning',
    unit: 'app.service',
    files: {},
    commands: [
      ['mkdir', '-p', '/run/systemd/system'],
      ['sh', '-c', `printf '${service().replaceAll('\n', '\\n')}' >/run/systemd/system/app.service`],
      reload,
      start('app.service'),
    ],
  },
  {
    what: 'a unit file that was linked for this boot',
    rule: 'unit-file-in-run',
    severity: 'warning',
    unit: 'app.service',
    files: {'/opt/app/app.service': service()},
    commands: [['systemctl', 'link', '--runtime', '/opt/app/app.service'], start('app.service')],
  },
  {
    what: 'start links of an init script that a disabled unit shadows',
    rule: 'sysv-links-shadowed',
    severity: 'error',
    unit: 'app.service',
    files: {'/etc/init.d/app': script, ...startLinks, [`${LIB}/app.service`]: service()},
    commands: [],
  },
  {
    what: 'an init script under a systemd that starts none',
    rule: 'sysv-links-ignored',
    severity: 'error',
    unit: 'app.service',
    release: 'sid',
    files: {'/etc/init.d/app': script, ...startLinks},
    commands: [],
  },
]
