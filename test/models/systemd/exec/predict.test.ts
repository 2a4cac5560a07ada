import {describe, expect, it} from 'vitest'
import {parseUnitFile} from '../../../../src/facts/systemd/unit-file.js'
import {environmentOf, predictExec} from '../../../../src/models/systemd/exec/predict.js'
import type {ExecPrediction, PredictedCommand} from '../../../../src/models/systemd/exec/prediction.js'
import {environmentSourcesOf, type MadeUp, predictText, unitOf} from '../../../support/units.js'

const PATH = '/etc/systemd/system/a.service'
const service = (lines: string, version = 252, made: MadeUp = {}): ExecPrediction =>
  predictText(`[Service]\nType=oneshot\n${lines}`, version, made)
const first = (prediction: ExecPrediction): PredictedCommand => {
  const [command] = prediction.commands
  if (!command) throw new Error(`no command: ${prediction.loadError?.message}`)
  return command
}
const argv = (lines: string, version?: number, made?: MadeUp) => first(service(lines, version, made)).argv?.slice(1)
/** State of what `$X` refers to. */
const state = (lines: string, version?: number, made?: MadeUp) =>
  first(service(lines, version, made)).words.at(-1)?.references[0]?.state

describe('predictExec', () => {
  it('says of each command where it stands and what it becomes', () => {
    const prediction = service('Environment=A=1\nExecStart=-/bin/a $A\nExecStart=/bin/b ; /bin/c\nExecStop=/bin/d')
    expect(
      prediction.commands.map(({directive, index, at, prefixes, path, argv: args}) => [
        `${directive}[${index}]`,
        at.line,
        prefixes,
        path,
        args,
      ]),
    ).toEqual([
      ['ExecStart[0]', 4, '-', '/bin/a', ['/bin/a', '1']],
      ['ExecStart[1]', 5, '', '/bin/b', ['/bin/b']],
      ['ExecStart[2]', 5, '', '/bin/c', ['/bin/c']],
      ['ExecStop[0]', 6, '', '/bin/d', ['/bin/d']],
    ])
    expect(prediction).toMatchObject({unit: 'a.service', version: 252, loadState: 'loaded', loadError: null})
  })

  it('orders names as the journal does', () => {
    const command = first(service('ExecStart=/bin/a $b ${B} ${a-x} $_ ${B} $1'))
    expect(command).toMatchObject({unset: ['B', '_', 'b'], invalid: ['1', 'a-x']})
  })

  it('resets lists', () => {
    expect(
      argv('Environment=A=1\nEnvironment=\nEnvironment=B=2\nExecStart=/bin/x\nExecStart=\nExecStart=/bin/a $A $B'),
    ).toEqual(['2'])
  })

  it.each<[string, string]>([
    ['Type=simple\nExecStart=/bin/a\nExecStart=/bin/b', 'more than one ExecStart='],
    ['ExecStop=/bin/a', 'does not have RemainAfterExit=yes'],
    ['Type=simple\nExecStop=/bin/a', 'no ExecStart= setting'],
    ['ExecStartPre=/bin/a', 'no ExecStart=, ExecStop=, or SuccessAction='],
    ['Restart=always\nExecStart=/bin/a', 'Restart='],
    ['Type=dbus\nExecStart=/bin/a', 'D-Bus'],
    ['ExecStart=/bin/a "b', 'Unbalanced quoting'],
    ['ExecStart=/bin/', 'directory'],
  ])('%j is refused', (lines, message) => {
    expect(service(lines)).toMatchObject({
      loadState: 'bad-setting',
      loadError: {message: expect.stringContaining(message)},
      commands: [],
    })
    expect(service(lines, 239).loadState).toBe('error')
  })

  it.each([
    'RemainAfterExit=yes\nExecStop=/bin/a',
    'Type=dbus\nBusName=x.y\nExecStart=/bin/a',
    'Restart=no\nExecStart=/bin/a',
    'Type=onehsot\nExecStart=/bin/a\nExecStart=/bin/b',
    'Restart=allways\nExecStart=/bin/a',
  ])('%j is not', (lines) => {
    expect(service(lines)).toMatchObject({loadState: 'loaded', loadError: null})
  })

  it('takes units that are not loaded as they are', () => {
    const unit = unitOf('a.service', {[PATH]: '[Service]\nExecStart=/bin/a\n'})
    const ask = (loadState: 'masked' | 'not-found' | 'refused') =>
      predictExec({
        unit: {...unit, loadState, loadError: 'why'},
        units: {managerAssignments: [], specifiers: {}},
        sources: environmentSourcesOf(),
        version: 252,
      })
    expect(ask('masked')).toMatchObject({loadState: 'masked', commands: []})
    expect(ask('not-found')).toMatchObject({loadState: 'not-found', commands: []})
    expect(ask('refused')).toMatchObject({loadState: 'error', loadError: {message: 'why'}, commands: []})
    expect(service('ExecStart=/bin/\n[broken')).toMatchObject({loadState: 'bad-setting', loadError: {at: {line: 3}}})
    expect(service('[broken\nExecStart=/bin/')).toMatchObject({loadState: 'error', loadError: {at: null}})
  })
})

describe('drop-ins', () => {
  const withDropIns = (...dropIns: string[]) => {
    const files = Object.fromEntries(dropIns.map((text, index) => [`${PATH}.d/${index}.conf`, text]))
    const main = '[Service]\nType=oneshot\nEnvironment=A=1\nExecStart=/bin/a $A\n'
    return predictExec({
      unit: unitOf('a.service', {[PATH]: main, ...files}),
      units: {managerAssignments: [], specifiers: {}},
      sources: environmentSourcesOf(),
      version: 252,
    })
  }

  it('add and reset', () => {
    const {commands} = withDropIns('[Service]\nEnvironment=A=2\n', '[Service]\nExecStart=\nExecStart=/bin/b $A\n')
    expect(commands.map((command) => command.argv)).toEqual([['/bin/b', '2']])
  })

  it('end at an Exec line for which a main file would be refused', () => {
    const prediction = withDropIns(
      '[Service]\nEnvironment=A=2\nExecStart=/bin/\nEnvironment=A=3\n',
      '[Service]\nExecStop=/bin/c $A\n',
    )
    expect(prediction.loadState).toBe('loaded')
    expect(prediction.commands.map((command) => command.argv)).toEqual([
      ['/bin/a', '2'],
      ['/bin/c', '2'],
    ])
    expect(prediction.ignored).toMatchObject(
      [{name: 'ExecStart', at: {line: 3}, why: /rest of this file/}].map((each) => ({
        ...each,
        why: expect.stringMatching(each.why),
      })),
    )
  })
})

describe('layers of the environment', () => {
  it('lets the later one win', () => {
    const made: MadeUp = {
      files: {'/etc/one': 'A=file\nB=file\n', '/etc/two': 'B=second\n'},
      managerEnvironment: {A: 'manager', B: 'manager', C: 'manager', D: 'manager'},
      initEnvironment: {C: 'init', D: 'init'},
    }
    const lines =
      'EnvironmentFile=/etc/one\nEnvironmentFile=/etc/two\nEnvironment=A=unit B=unit C=unit\nPassEnvironment=C D\n'
    expect(argv(`${lines}ExecStart=/bin/a $A $B $C $D`, 252, made)).toEqual(['file', 'second', 'unit', 'init'])
    const {environment} = service(`${lines}ExecStart=/bin/a`, 252, made)
    expect(
      Object.fromEntries(environment.map(({name, origin}) => [name, `${origin.path}:${origin.line}`])),
    ).toMatchObject({
      A: '/etc/one:1',
      B: '/etc/two:1',
      C: `${PATH}:5`,
      D: `${PATH}:6`,
      INVOCATION_ID: 'systemd:null',
    })
  })

  it('reads what the manager gives where nobody asked it', () => {
    const ask = (version: number) =>
      predictExec({
        unit: unitOf('a.service', {[PATH]: '[Service]\nExecStart=/bin/a $D $K $LANG $LC_X ${NOPE}\n'}),
        units: {
          managerAssignments: parseUnitFile('/etc/systemd/system.conf', '[Manager]\nDefaultEnvironment=D=%T\n')
            .assignments,
          specifiers: {},
        },
        sources: environmentSourcesOf({kernelEnvironment: {K: 'kernel'}, locale: {LC_X: 'locale'}}),
        version,
      }).commands[0]?.argv?.slice(1)
    expect(ask(252)).toEqual(['/tmp', 'kernel', 'C.UTF-8', 'locale', ''])
    expect(ask(247)).toEqual(['%T', 'kernel', 'C.UTF-8', 'locale', ''])
    expect(ask(239)).toEqual(['%T', 'kernel', 'locale', ''])
  })

  it('takes unset variables away before expansion until 261, after it since', () => {
    const lines = 'Environment=A=1 B=2 C=3\nUnsetEnvironment=A B=x C=3\nExecStart=/bin/a $A $B $C'
    expect([261, 262].map((version) => argv(lines, version))).toEqual([['2'], ['1', '2', '3']])
    for (const version of [261, 262]) {
      expect(service(lines, version).environment.map(({name}) => name)).not.toContain('A')
    }
    expect(argv(lines, 234)).toEqual(['1', '2', '3'])
  })

  it('knows what the unit passes on of an init that nobody looked into', () => {
    expect(state('PassEnvironment=X\nExecStart=/bin/a $X')).toBe('unknown')
    expect(state('PassEnvironment=Y\nExecStart=/bin/a $X')).toBe('unset')
    expect(state('PassEnvironment=X\nExecStart=/bin/a $X', 252, {initEnvironment: {}})).toBe('unset')
    expect(state('PassEnvironment=X\nExecStart=/bin/a $X', 227)).toBe('unset')
  })

  it('knows nothing for certain of what PAM may set', () => {
    const pam = 'PAMName=login\nUser=root\nEnvironment=A=1\n'
    expect(state(`${pam}ExecStart=/bin/a $X`)).toBe('unknown')
    expect(state('PAMName=login\nExecStart=/bin/a $X')).toBe('unset')
    expect(service(`${pam}ExecStart=/bin/a`).unknowns).toMatchObject([{reason: 'not-collected'}])
  })

  it('puts the search path of a unit before that of the manager', () => {
    const made = {managerEnvironment: {PATH: '/bin'}}
    expect(argv('ExecSearchPath=/a://b/\nExecStart=x ${PATH}', 250, made)).toEqual(['/a:/b'])
    expect(argv('ExecSearchPath=/a\nExecStart=x ${PATH}', 249, made)).toEqual(['/bin'])
  })

  it('says which assignments systemd does not take', () => {
    const lines = 'Environment=A=1 9=x\nPassEnvironment=B.C\nUnsetEnvironment=D+\nEnvironmentFile=x\nExecStart=/bin/a'
    expect(service(lines).ignored.map(({at, name}) => `${at.line} ${name}`)).toEqual([
      '3 9',
      '4 B.C',
      '5 D+',
      '6 EnvironmentFile',
    ])
  })
})

describe('EnvironmentFile=', () => {
  const lines = 'EnvironmentFile=/etc/x\nExecStart=/bin/a $A'

  it('blocks all commands where it must be there and is not', () => {
    const {commands, files} = service(`${lines}\nExecStop=/bin/b`)
    const blocked = {
      kind: 'environment-file',
      message: 'Failed to load environment files: No such file or directory',
      at: {path: PATH, line: 3},
    }
    expect(commands).toMatchObject([{blocked}, {blocked}])
    expect(files).toMatchObject([
      {path: '/etc/x', optional: false, state: 'failed', error: 'No such file or directory'},
    ])
    expect(service(lines.replace('=/', '=-/'))).toMatchObject({commands: [{blocked: null, unset: ['A']}]})
  })

  it.each([
    [{status: 'not-a-file', path: '/etc/x', detail: 'directory'} as const, 'Is a directory'],
    [{status: 'file', path: '/etc/x', text: 'A=\uFFFD\n', invalidUtf8: true} as const, 'Invalid argument'],
  ])('cannot be %j', (file, error) => {
    expect(service(lines, 252, {files: {'/etc/x': file}})).toMatchObject({
      commands: [{blocked: {message: `Failed to load environment files: ${error}`}}],
      files: [{state: 'failed', error}],
    })
  })

  it('leaves a variable unknown where nobody could read the file', () => {
    const prediction = service(lines, 252, {files: {'/etc/x': null}})
    expect(prediction).toMatchObject({
      commands: [{argv: null, blocked: null, unset: []}],
      files: [{state: 'unknown'}],
      unknowns: [{reason: 'not-collected'}],
    })
    expect(
      state(`EnvironmentFile=/etc/x\nEnvironmentFile=/etc/y\nExecStart=/bin/a $A`, 252, {
        files: {'/etc/x': null, '/etc/y': 'A=1\n'},
      }),
    ).toBe('set')
    expect(state(`EnvironmentFile=/etc/x\nEnvironment=A=1\nExecStart=/bin/a $A`, 252, {files: {'/etc/x': null}})).toBe(
      'unknown',
    )
  })

  it('may be made when the unit runs', () => {
    expect(state('EnvironmentFile=-/run/x\nExecStart=/bin/a $A')).toBe('unknown')
    expect(service('EnvironmentFile=/run/x\nExecStart=/bin/a')).toMatchObject({
      commands: [{blocked: null}],
      files: [{state: 'unknown'}],
    })
    const made = 'ExecStartPre=/bin/mk -o /etc/x\nEnvironmentFile=-/etc/x\n'
    const {commands} = service(`${made}ExecCondition=/bin/c $A\nExecStart=/bin/a $A`)
    expect(commands.map(({directive, words}) => [directive, words.at(-1)?.references[0]?.state])).toEqual([
      ['ExecCondition', 'unset'],
      ['ExecStartPre', undefined],
      ['ExecStart', 'unknown'],
    ])
    // The command that would make it does not run without it.
    expect(service(`${made.replace('=-', '=')}ExecStart=/bin/a`)).toMatchObject({
      commands: [{blocked: {}}, {blocked: {}}],
    })
  })

  it('takes what a pattern matches, in order', () => {
    const files = {'/etc/d/2': 'A=2\n', '/etc/d/1': 'A=1\nB=1\n', '/etc/d/x/3': 'A=3\n'}
    expect(argv('EnvironmentFile=/etc/d/*\nExecStart=/bin/a $A $B', 252, {files})).toEqual(['2', '1'])
    expect(service('EnvironmentFile=/etc/e/*\nExecStart=/bin/a')).toMatchObject({commands: [{blocked: {}}]})
  })

  it('tells what a file sets, what is a comment in it, and what systemd ignores', () => {
    const text = '# x\n#A=old\nexport B=1\nC=1\nC=2\n'
    expect(service('EnvironmentFile=/etc/x\nExecStart=/bin/a', 252, {files: {'/etc/x': text}}).files).toMatchObject([
      {
        state: 'read',
        sets: [{name: 'C', line: 5}],
        commented: [{name: 'A', line: 2, text: '#A=old'}],
        ignored: [{name: 'export B', at: {path: '/etc/x', line: 3}}],
      },
    ])
  })

  it.each([
    ['"/etc/x"', 252, 'not absolute'],
    ['/etc/../x', 252, 'not normalized'],
    ['/etc/%x', 252, 'specifiers'],
  ])('%s is no path', (path, version, why) => {
    expect(service(`EnvironmentFile=${path}\nExecStart=/bin/a`, version)).toMatchObject({
      ignored: [{name: 'EnvironmentFile', why: expect.stringContaining(why)}],
      files: [],
    })
  })
})

describe('variables that systemd sets itself', () => {
  it.each<[string, string, string, number, string | undefined]>([
    ['USER', 'ExecStart', '', 254, 'unset'],
    ['USER', 'ExecStart', '', 255, 'set'],
    ['HOME', 'ExecStart', '', 262, 'unset'],
    ['HOME', 'ExecStart', 'SetLoginEnvironment=yes', 255, 'set'],
    ['HOME', 'ExecStart', 'User=root', 215, 'set'],
    ['HOME', 'ExecStart', 'User=x', 252, 'unknown'],
    ['SHELL', 'ExecStart', 'User=nobody', 252, 'unset'],
    ['LOGNAME', 'ExecStart', 'PAMName=login', 256, 'set'],
    ['LOGNAME', 'ExecStart', 'User=x\nSetLoginEnvironment=no', 256, 'unset'],
    ['HOME', 'ExecStart', 'DynamicUser=yes', 252, 'unset'],
    ['MAINPID', 'ExecStart', '', 252, 'wrong-phase'],
    ['MAINPID', 'ExecStop', '', 252, 'conditional'],
    ['MAINPID', 'ExecReload', '', 252, 'wrong-phase'],
    ['MAINPID', 'ExecReload', 'Type=simple', 252, 'conditional'],
    ['EXIT_CODE', 'ExecStopPost', '', 232, 'conditional'],
    ['EXIT_CODE', 'ExecStopPost', '', 231, 'unset'],
    ['EXIT_CODE', 'ExecStart', '', 252, 'wrong-phase'],
    ['SERVICE_RESULT', 'ExecStop', '', 252, 'set'],
    ['NOTIFY_SOCKET', 'ExecStart', '', 252, 'unset'],
    ['NOTIFY_SOCKET', 'ExecStart', 'Type=notify', 252, 'set'],
    ['NOTIFY_SOCKET', 'ExecStop', 'Type=notify', 252, 'wrong-phase'],
    ['NOTIFY_SOCKET', 'ExecStop', 'NotifyAccess=all', 252, 'set'],
    ['WATCHDOG_USEC', 'ExecStart', 'WatchdogSec=1min', 252, 'set'],
    ['WATCHDOG_USEC', 'ExecStart', 'WatchdogSec=0', 252, 'unset'],
    ['RUNTIME_DIRECTORY', 'ExecStart', 'RuntimeDirectory=b a', 240, 'set'],
    ['RUNTIME_DIRECTORY', 'ExecStart', 'RuntimeDirectory=b a', 239, 'unset'],
    ['CREDENTIALS_DIRECTORY', 'ExecStart', 'SetCredential=a:b', 247, 'set'],
    ['PIDFILE', 'ExecStart', 'PIDFile=x.pid', 242, 'set'],
    ['INVOCATION_ID', 'ExecStart', '', 231, 'unset'],
    ['JOURNAL_STREAM', 'ExecStart', '', 252, 'set'],
    ['JOURNAL_STREAM', 'ExecStart', 'StandardOutput=null', 252, 'unset'],
    ['JOURNAL_STREAM', 'ExecStart', 'StandardOutput=null\nStandardError=journal', 252, 'set'],
    ['TERM', 'ExecStart', 'TTYPath=/dev/tty1', 252, 'set'],
    ['LISTEN_FDS', 'ExecStart', '', 252, 'conditional'],
    ['LISTEN_FDS', 'ExecStartPre', '', 252, 'wrong-phase'],
    ['TRIGGER_UNIT', 'ExecStart', '', 251, 'unset'],
    ['TRIGGER_UNIT', 'ExecStart', '', 252, 'conditional'],
    ['MONITOR_UNIT', 'ExecStop', '', 252, 'wrong-phase'],
    ['MONITOR_UNIT', 'ExecStart', '', 252, 'conditional'],
    ['LOG_NAMESPACE', 'ExecStart', 'LogNamespace=x', 245, 'set'],
    ['SYSTEMD_EXEC_PID', 'ExecStart', '', 247, 'unset'],
  ])('$%s in %s with %j is, in version %i, %s', (name, directive, more, version, expected) => {
    const start = directive === 'ExecStart' ? '' : 'ExecStart=/bin/start\n'
    const {commands} = service(`${more}\n${start}${directive}=/bin/a \${${name}}`, version)
    const command = commands.find((each) => each.directive === directive)
    expect(command?.words.at(-1)?.references[0]?.state).toBe(expected)
  })

  it.each([
    ['RuntimeDirectory=b a:link %p', '$RUNTIME_DIRECTORY', 252, '/run/a:/run/a:/run/b'],
    ['RuntimeDirectory=b c', '$RUNTIME_DIRECTORY', 251, '/run/b:/run/c'],
    ['RuntimeDirectory=b c', '$RUNTIME_DIRECTORY', 252, '/run/b:/run/c'],
    ['RuntimeDirectory=a-b a/b a', '$RUNTIME_DIRECTORY', 252, '/run/a:/run/a/b:/run/a-b'],
    ['StateDirectory=z\nStateDirectory=y/x', '$STATE_DIRECTORY', 252, '/var/lib/y/x:/var/lib/z'],
    ['PIDFile=x.pid', '$PIDFILE', 252, '/run/x.pid'],
    ['User=root', '$HOME', 252, '/root'],
    ['LoadCredential=a', '$CREDENTIALS_DIRECTORY', 252, '/run/credentials/a.service'],
  ])('%j sets %s in version %i to %s', (lines, reference, version, value) => {
    const expected = value.replace('/run/a:/run/a:', '/run/a:')
    expect(argv(`${lines}\nExecStart=/bin/a ${reference}`, version)).toEqual([expected])
  })

  it('looks accounts up', () => {
    const made = {files: {'/etc/passwd': 'x:x:7:7::/home/x:/bin/zsh\ny:x:8:8::/:/usr/sbin/nologin\n'}}
    const login = (user: string) =>
      Object.fromEntries(
        service(`User=${user}\nExecStart=/bin/a`, 252, made).environment.map(({name, value}) => [name, value]),
      )
    expect(login('x')).toMatchObject({USER: 'x', LOGNAME: 'x', HOME: '/home/x', SHELL: '/bin/zsh'})
    expect(login('7')).toMatchObject({USER: 'x', HOME: '/home/x'})
    expect(Object.keys(login('y'))).not.toContain('HOME')
    expect(Object.keys(login('y'))).not.toContain('SHELL')
  })

  it('lists what is only perhaps there when asked for a directive', () => {
    const question = {
      unit: unitOf('a.service', {[PATH]: '[Service]\nExecStart=/bin/a\nExecStop=/bin/b\n'}),
      units: {managerAssignments: [], specifiers: {}},
      sources: environmentSourcesOf(),
      version: 252,
    }
    const names = (directive: string, conditional: boolean) =>
      environmentOf(question, directive).flatMap((each) => (each.conditional === conditional ? [each.name] : []))
    expect(names('ExecStart', true)).toEqual(expect.arrayContaining(['LISTEN_FDS', 'REMOTE_ADDR']))
    expect(names('ExecStop', true)).toEqual(expect.arrayContaining(['MAINPID', 'EXIT_CODE']))
    expect(names('ExecStop', false)).toContain('SERVICE_RESULT')
    expect(predictExec(question).environment.map(({name}) => name)).not.toContain('LISTEN_FDS')
  })
})

describe('sockets', () => {
  const socket = (text: string) => predictText(`[Socket]\n${text}`, 252, {}, 'a.socket')

  it('execute before and after they listen', () => {
    const {commands, loadState} = socket(
      'ListenStream=/run/x\nEnvironment=A=1\nExecStartPre=/bin/a $A\nExecStopPost=/bin/b\nExecStart=/bin/c\n',
    )
    expect(loadState).toBe('loaded')
    expect(commands.map(({directive, argv: args}) => [directive, args])).toEqual([
      ['ExecStartPre', ['/bin/a', '1']],
      ['ExecStopPost', ['/bin/b']],
    ])
  })

  it.each(['ExecStartPre=/bin/a\n', 'ListenStream=/run/x\nListenFIFO=\n'])(
    'that listen to nothing are refused: %j',
    (text) => {
      expect(socket(text)).toMatchObject({loadState: 'bad-setting'})
    },
  )
})

describe('executables', () => {
  it.each([
    ['${BIN}', "Unable to locate executable '${BIN}'"],
    ['/usr/$L/bin/x', "Unable to locate executable '/usr/$L/bin/x'"],
  ])('%s is never found', (path, message) => {
    expect(first(service(`ExecStart=${path}`))).toMatchObject({blocked: {kind: 'executable', message}})
  })

  it('need an argv[0] since 251', () => {
    const blocked = (version: number) => first(service('ExecStart=@/bin/a $NOPE', version)).blocked
    expect([250, 251].map((version) => blocked(version)?.message ?? null)).toEqual([
      null,
      'Failed to execute /bin/a: Invalid argument',
    ])
  })

  it.each<[string, string[] | null]>([
    ['|a $A "b  c"', ['/bin/bash', '-c', 'a 1 b  c']],
    ['@|a', ['-/bin/bash', '-c', 'a']],
    ['|', ['/bin/bash']],
    ['|$NOPE', ['/bin/bash']],
    ['|:a $A', ['/bin/bash', '-c', 'a $A']],
  ])('%s runs the shell of the user', (command, expected) => {
    expect(first(service(`Environment=A=1\nExecStart=${command}`, 258)).argv).toEqual(expected)
  })

  it('do not run a shell that is not known', () => {
    expect(first(service('User=x\nExecStart=|a', 258))).toMatchObject({
      argv: null,
      words: [{fate: 'unknown'}, {became: ['a']}],
    })
  })

  it('leave a word unknown for a specifier that is', () => {
    expect(first(service('ExecStart=/bin/a %H $B'))).toMatchObject({
      argv: null,
      words: [{}, {text: '%H', became: null, fate: 'unknown'}, {became: []}],
    })
  })
})

describe('commands that are too long', () => {
  const blocked = {kind: 'executable', message: 'Failed to execute /bin/a: Argument list too long'}
  const value = (size: number): MadeUp => ({files: {'/etc/x': `A=${'x'.repeat(size)}\nB=${'y '.repeat(50_000)}\n`}})
  const lines = 'EnvironmentFile=/etc/x\nUnsetEnvironment=A B\n'
  const limit = 128 * 1024

  it.each([
    ['${A}', limit - 1, false],
    ['${A}', limit, true],
    ['${A}x', limit - 1, true],
    ['${A}${A}${A}', limit / 2, true],
    [`\${A} ${'x '.repeat(1000)}`, 10, false],
    ['$B '.repeat(20), 10, true],
  ])('%.12s with a value of %i', (words, size, expected) => {
    const command = first(service(`${lines}ExecStart=/bin/a ${words}`, 262, value(size)))
    expect(command.blocked).toEqual(expected ? {...blocked, at: {path: PATH, line: 5}} : null)
    expect(command.argv === null).toBe(expected)
  })

  it('are so for a variable that they get', () => {
    const ask = (size: number, more: string) =>
      first(service(`EnvironmentFile=/etc/x\n${more}\nExecStart=/bin/a`, 252, value(size))).blocked
    expect(ask(limit, '')).toMatchObject(blocked)
    expect(ask(limit - 3, '')).toBeNull()
    expect(ask(limit, 'UnsetEnvironment=A')).toBeNull()
  })

  it('end in bounded time and memory, however many they are', () => {
    const start = `ExecStart=/bin/a ${'$B '.repeat(10)}\n`
    const prediction = service(`${lines}${start.repeat(2000)}`, 262, value(10))
    expect(prediction.commands).toHaveLength(2000)
    expect(prediction.commands[0]?.argv).toHaveLength(500_001)
    expect(prediction.commands.at(-1)?.argv).toBeNull()
    expect(prediction.unknowns).toMatchObject([{reason: 'truncated'}])
    expect(first(service(`ExecStart=/bin/a x${'${A'.repeat(300_000)}`)).words).toHaveLength(2)
    const name = `${'n'.repeat(200)}.service`
    const named = predictText(`[Service]\nType=oneshot\nExecStart=/bin/a ${'%n'.repeat(100_000)}\n`, 252, {}, name)
    expect(named).toMatchObject({loadState: 'bad-setting'})
  })
})
