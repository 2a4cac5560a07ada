import {type EdgeCase, files, oneshot, RUN, service} from './edge-case.js'

const MANY = '$MAINPID ${SERVICE_RESULT} $EXIT_CODE $EXIT_STATUS ${USER} $HOME $SHELL $LOGNAME'
const PHASES = [
  `ExecStartPre=/nd/c1 pre ${MANY}`,
  `ExecStartPost=/nd/c2 post ${MANY}`,
  `ExecReload=/nd/c3 reload ${MANY}`,
  `ExecStop=/nd/c4 stop ${MANY}`,
  `ExecStopPost=/nd/c5 stop-post ${MANY}`,
]

/** Variables that systemd sets itself, by command. */
export const phases: readonly EdgeCase[] = [
  service('phases', 'which variables a command of Type=simple gets', [`ExecStart=/nd/s0 ${MANY}`, ...PHASES]),
  oneshot('phases-oneshot', 'which a command of Type=oneshot gets', [`ExecStart=/nd/c0 ${MANY}`, ...PHASES]),
  oneshot('phases-remain', 'with RemainAfterExit=', ['RemainAfterExit=yes', `ExecStart=/nd/c0 ${MANY}`, ...PHASES]),
  service('phases-notify', 'which a command of Type=notify gets', [
    'Type=notify',
    `ExecStart=/nd/n0 ${MANY} $NOTIFY_SOCKET`,
    ...PHASES,
  ]),
  service('phases-exec', 'which a command of Type=exec gets', ['Type=exec', `ExecStart=/nd/s0 ${MANY}`, ...PHASES]),
  service('phases-user', 'which one with User= gets', ['User=daemon', `ExecStart=/nd/s0 ${MANY}`, ...PHASES]),
  service('phases-root', 'which one with User=root gets', ['User=root', `ExecStart=/nd/s0 ${MANY}`, ...PHASES]),
  service('phases-condition', 'ExecCondition= comes first', [
    `ExecCondition=/nd/c6 condition ${MANY}`,
    `ExecStart=/nd/s0 ${MANY}`,
    ...PHASES,
  ]),
  service('condition-fails', 'a condition that fails ends it', [
    'ExecCondition=/nd/f0',
    'ExecStart=/nd/s0',
    'ExecStopPost=/nd/c1 $SERVICE_RESULT $EXIT_CODE',
  ]),
  service('pre-fails', 'so does ExecStartPre=', [
    'ExecStartPre=/nd/f0',
    'ExecStart=/nd/s0',
    'ExecStopPost=/nd/c1 $SERVICE_RESULT $EXIT_CODE ${EXIT_STATUS}',
  ]),
  oneshot('start-fails', 'what ExecStopPost= gets of a failure', [
    'ExecStart=/nd/f0',
    'ExecStop=/nd/c2',
    'ExecStopPost=/nd/c1 $SERVICE_RESULT $EXIT_CODE ${EXIT_STATUS}',
  ]),
  service('reload-post', 'ExecReloadPost= came with 259', [
    'ExecStart=/nd/s0',
    'ExecReload=/nd/c1',
    'ExecReloadPost=/nd/c2 $MAINPID',
  ]),
  service('notify-none', 'NotifyAccess= decides who gets NOTIFY_SOCKET', [
    'NotifyAccess=none',
    'ExecStartPre=/nd/c1 $NOTIFY_SOCKET',
    'ExecStart=/nd/s0 $NOTIFY_SOCKET',
  ]),
  service('notify-main', 'NotifyAccess=main', [
    'NotifyAccess=main',
    'ExecStartPre=/nd/c1 $NOTIFY_SOCKET',
    'ExecStart=/nd/s0 $NOTIFY_SOCKET',
    'ExecStop=/nd/c2 ${NOTIFY_SOCKET}',
  ]),
  service('notify-exec', 'NotifyAccess=exec', [
    'NotifyAccess=exec',
    'ExecStartPre=/nd/c1 $NOTIFY_SOCKET',
    'ExecStart=/nd/s0 $NOTIFY_SOCKET',
    'ExecStopPost=/nd/c2 ${NOTIFY_SOCKET}',
  ]),
  service('notify-all', 'NotifyAccess=all', [
    'NotifyAccess=all',
    'ExecStartPre=/nd/c1 $NOTIFY_SOCKET',
    'ExecStart=/nd/s0 $NOTIFY_SOCKET',
    'ExecReload=/nd/c2 ${NOTIFY_SOCKET}',
  ]),
  service('watchdog', 'WatchdogSec= is told to the main process', [
    'WatchdogSec=1h',
    'ExecStartPre=/nd/c1 $WATCHDOG_USEC',
    'ExecStart=/nd/s0 $WATCHDOG_PID ${WATCHDOG_USEC}',
    'ExecStop=/nd/c2 $WATCHDOG_PID',
  ]),
  service('watchdog-none', 'WatchdogSec=0 is none', [
    'WatchdogSec=0',
    'ExecStart=/nd/s0 $WATCHDOG_PID ${WATCHDOG_USEC}',
  ]),
  service('fd-store', 'FileDescriptorStoreMax=', [
    'FileDescriptorStoreMax=5',
    'NotifyAccess=main',
    'ExecStartPre=/nd/c1 $FDSTORE',
    'ExecStart=/nd/s0 $FDSTORE',
  ]),
  service('pid-file', 'PIDFile= is told', [
    'PIDFile=/run/nde.pid',
    'ExecStartPre=/nd/c1 $PIDFILE',
    'ExecStart=/nd/s0 $PIDFILE',
  ]),
  service('pid-file-relative', 'a relative one is below /run', ['PIDFile=%N.pid', 'ExecStart=/nd/s0 $PIDFILE']),
  oneshot('folders', 'folders that systemd makes are told', [
    'RuntimeDirectory=nde-a nde-b/c',
    'StateDirectory=nde-s',
    'CacheDirectory=%N',
    'LogsDirectory=nde-l',
    'ConfigurationDirectory=nde-k',
    'ExecStartPre=/nd/c1 $RUNTIME_DIRECTORY',
    'ExecStart=/nd/c0 $RUNTIME_DIRECTORY ${STATE_DIRECTORY} ${CACHE_DIRECTORY} ${LOGS_DIRECTORY} ${CONFIGURATION_DIRECTORY} $RUNTIME_DIRECTORY/x ${RUNTIME_DIRECTORY}/x',
  ]),
  oneshot('folders-several', 'they add up over lines; an empty one resets', [
    'RuntimeDirectory=nde-x',
    'RuntimeDirectory=',
    'RuntimeDirectory=nde-m1 nde-m2',
    'RuntimeDirectory=nde-m3',
    'StateDirectory=nde-y',
    'StateDirectory=',
    'ExecStart=/nd/c0 ${RUNTIME_DIRECTORY} $STATE_DIRECTORY',
  ]),
  oneshot('folders-order', 'their order is that of their parts', [
    'RuntimeDirectory=nde-o-b nde-o/b',
    'RuntimeDirectory=nde-o',
    'ExecStart=/nd/c0 ${RUNTIME_DIRECTORY}',
  ]),
  oneshot('login-nobody', 'who asks for a login environment gets what /etc/passwd says, since 256', [
    'User=nobody',
    'SetLoginEnvironment=yes',
    'ExecStart=/nd/c0 ${HOME} ${USER} ${SHELL}',
  ]),
  oneshot('folders-beaten', 'Environment= beats them', [
    'RuntimeDirectory=nde-z',
    'Environment=RUNTIME_DIRECTORY=mine',
    'ExecStart=/nd/c0 $RUNTIME_DIRECTORY',
  ]),
  oneshot('folders-linked', 'a name behind a colon is a link', [
    'StateDirectory=nde-t:nde-u',
    'ExecStart=/nd/c0 ${STATE_DIRECTORY}',
  ]),
  oneshot('credentials', 'SetCredential= names a folder', [
    'SetCredential=nde:x',
    'ExecStart=/nd/c0 ${CREDENTIALS_DIRECTORY}',
  ]),
  oneshot('own', 'what every command gets', [
    'ExecStart=/nd/c0 ${INVOCATION_ID} ${JOURNAL_STREAM} ${SYSTEMD_EXEC_PID} $LISTEN_FDS $MANAGERPID',
  ]),
  oneshot('own-set', 'Environment= beats what systemd sets itself', [
    'User=daemon',
    'Environment=INVOCATION_ID=mine HOME=/x USER=me MAINPID=7',
    'ExecStart=/nd/c0 $INVOCATION_ID $HOME $USER $MAINPID',
    'ExecStopPost=/nd/c1 $MAINPID $SERVICE_RESULT',
  ]),
  oneshot('no-journal', 'without the journal there is no JOURNAL_STREAM', [
    'StandardOutput=null',
    'ExecStart=/nd/c0 $JOURNAL_STREAM',
  ]),
  oneshot('journal-error', 'standard error alone will do', [
    'StandardOutput=null',
    'StandardError=journal',
    'ExecStart=/nd/c0 ${JOURNAL_STREAM}',
  ]),
  oneshot('output-file', 'output to a file', [
    'StandardOutput=file:/run/nde-output',
    'ExecStart=/nd/c0 $JOURNAL_STREAM',
  ]),
  oneshot('output-inherit', 'StandardOutput=inherit', ['StandardOutput=inherit', 'ExecStart=/nd/c0 $JOURNAL_STREAM']),
  oneshot('tty', 'a terminal is told', ['TTYPath=/dev/console', 'ExecStart=/nd/c0 ${TERM}']),
  oneshot('login', 'SetLoginEnvironment= came with 255', [
    'SetLoginEnvironment=yes',
    'ExecStart=/nd/c0 ${HOME} ${USER} ${LOGNAME} ${SHELL}',
  ]),
  oneshot('login-not', 'which may switch it off', [
    'User=daemon',
    'SetLoginEnvironment=no',
    'ExecStart=/nd/c0 $HOME $USER $LOGNAME $SHELL',
  ]),
  oneshot('user-number', 'User= by number', ['User=1', 'ExecStart=/nd/c0 ${USER} ${HOME} ${LOGNAME}']),
  oneshot('user-nobody', 'User=nobody', ['User=nobody', 'ExecStart=/nd/c0 ${USER} ${HOME} ${LOGNAME} ${SHELL}']),
  oneshot('user-reset', 'an empty User= resets', ['User=daemon', 'User=', 'ExecStart=/nd/c0 $USER $HOME']),
  oneshot('user-dynamic', 'a dynamic user', [
    'DynamicUser=yes',
    'ReadWritePaths=/run/nd-rec',
    'ExecStart=/nd/c0 ${USER} ${HOME} ${LOGNAME} ${SHELL}',
  ]),
  oneshot('user-specifier', '%u and %h are of the manager', ['User=daemon', 'ExecStart=/nd/c0 %u %U %h %s']),
  oneshot('log-namespace', 'LogNamespace= is told', [
    'LogNamespace=nde',
    'StandardOutput=null',
    'ExecStart=/nd/c0 $LOG_NAMESPACE',
  ]),
  files(
    'socket',
    'commands of sockets are expanded as well',
    {
      [`${RUN}/{u}.socket`]:
        '[Socket]\nListenStream=/run/{u}.sock\nEnvironment=A=1 "B=x y"\nEnvironmentFile={d}/env\nExecStartPre=/nd/c1 $A ${B} $MAINPID $NOPE $A/x\nExecStartPost=/nd/c2 $B $SERVICE_RESULT ${C}\nExecStopPre=/nd/c3 ${A} $LISTEN_FDS\nExecStopPost=/nd/c4 $A $INVOCATION_ID\n',
      [`${RUN}/{u}.service`]:
        '[Service]\nExecStart=/nd/s0 $LISTEN_FDS ${LISTEN_FDNAMES} $A\nExecStop=/nd/c5 $LISTEN_FDS\n',
      '{d}/env': 'C=3\n',
    },
    ['{u}.socket', '{u}.service'],
  ),
  files(
    'socket-named',
    'FileDescriptorName= is told to the service',
    {
      [`${RUN}/{u}.socket`]: '[Socket]\nListenStream=/run/{u}.sock\nFileDescriptorName=door\n',
      [`${RUN}/{u}.service`]:
        '[Unit]\nRequires={u}.socket\nAfter={u}.socket\n[Service]\nExecStart=/nd/s0 $LISTEN_FDS ${LISTEN_FDNAMES}\nExecStartPost=/nd/c1 $LISTEN_FDNAMES\n',
    },
    ['{u}.socket', '{u}.service'],
  ),
  files(
    'socket-nothing',
    'a socket that listens to nothing is refused',
    {
      [`${RUN}/{u}.socket`]: '[Socket]\nExecStartPre=/nd/c1\n',
      [`${RUN}/{u}.service`]: '[Service]\nExecStart=/nd/s0\n',
    },
    ['{u}.socket'],
  ),
  files(
    'timer',
    'what a timer starts is told its name, since 252',
    {
      [`${RUN}/{u}.timer`]: '[Timer]\nOnActiveSec=0\nAccuracySec=1us\n',
      [`${RUN}/{u}.service`]: '[Service]\nType=oneshot\nExecStart=/nd/c0 $TRIGGER_UNIT\n',
    },
    ['{u}.timer'],
    ['{u}.service'],
  ),
  files(
    'path',
    'so is what a path starts',
    {
      [`${RUN}/{u}.path`]: '[Path]\nPathExists=/etc\n',
      [`${RUN}/{u}.service`]: '[Service]\nExecStart=/nd/s0 $TRIGGER_UNIT ${TRIGGER_PATH}\n',
    },
    ['{u}.path'],
    ['{u}.service'],
  ),
  files(
    'on-failure',
    'what OnFailure= starts is told of whom, since 251',
    {
      [`${RUN}/{u}.service`]: '[Unit]\nOnFailure={u}-handler.service\n[Service]\nType=oneshot\nExecStart=/nd/f0\n',
      [`${RUN}/{u}-handler.service`]:
        '[Service]\nType=oneshot\nExecStartPre=/nd/c0 $MONITOR_UNIT\nExecStart=/nd/c1 $MONITOR_UNIT ${MONITOR_SERVICE_RESULT} $MONITOR_EXIT_CODE $MONITOR_EXIT_STATUS\nExecStopPost=/nd/c2 $MONITOR_UNIT\n',
    },
    ['{u}.service'],
    ['{u}-handler.service'],
  ),
  files(
    'accept',
    'what a connection starts is told of the other end',
    {
      [`${RUN}/{u}.socket`]:
        '[Socket]\nListenStream=127.0.0.1:7777\nAccept=yes\nExecStartPost=/bin/bash -c "exec 3<>/dev/tcp/127.0.0.1/7777; sleep 0.3"\n',
      [`${RUN}/{u}@.service`]: '[Service]\nType=oneshot\nExecStart=/nd/c0 $REMOTE_ADDR $LISTEN_FDS\n',
    },
    ['{u}.socket'],
  ),
]
