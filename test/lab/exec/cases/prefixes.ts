// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what systemd expands
import {type EdgeCase, files, oneshot, RUN, service} from './edge-case.js'

const FOO = 'Environment=FOO=val "BAR=two words" BIN=/nd/c0'

/** What stands before the executable, and the executable itself. */
export const prefixes: readonly EdgeCase[] = [
  oneshot('minus', '- ignores a failure', ['ExecStart=-/nd/f0 a', 'ExecStart=/nd/c1 b']),
  oneshot('minus-not', 'without - a failure ends it', [
    'ExecStart=/nd/f0 a',
    'ExecStart=/nd/c1 b',
    'ExecStopPost=/nd/c2',
  ]),
  oneshot('at', '@ takes the next word for argv[0]', ['ExecStart=@/nd/c0 zero one', 'ExecStart=@/nd/c1 "a b"']),
  oneshot('at-nothing', '@ without another word refuses the unit', ['ExecStart=@/nd/c0']),
  oneshot('at-nothing-minus', 'with - only the line is lost', ['ExecStart=-@/nd/c0', 'ExecStart=/nd/c1']),
  oneshot('colon', ': switches $ off, and $$ stays', [FOO, 'ExecStart=:/nd/c0 $FOO ${BAR} $$ a$$b $NOPE ${NOPE} $1']),
  oneshot('colon-at', ': with other prefixes in any order', [
    FOO,
    'ExecStart=:@/nd/c0 $FOO $BAR',
    'ExecStart=@-:/nd/c1 ${FOO} x',
    'ExecStart=-:/nd/c2 $FOO',
  ]),
  oneshot('plus', '+ and ! leave the command line alone', [
    'ExecStart=+/nd/c0 a',
    'ExecStart=!/nd/c1 b',
    'ExecStart=-!/nd/c2 c',
  ]),
  oneshot('bangs', '!! is still a prefix', ['ExecStart=!!/nd/c0 a', 'ExecStart=-!!/nd/c1 b']),
  oneshot('plus-bang', '+ and ! exclude each other', ['ExecStart=+!/nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('plus-bang-minus', 'with - such a line is lost', ['ExecStart=-+!/nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('twice', 'each prefix only once', ['ExecStart=--/nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('twice-at', '@@ is no prefix', ['ExecStart=-@@/nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('pipe', '| runs it through a shell, since 258', [FOO, 'ExecStart=|/nd/c0 $FOO ${BAR} x']),
  oneshot('pipe-odd', 'what | gives the shell is quoted for it', [
    FOO,
    `ExecStart=|/nd/c0 "a b" 'x"y' $$FOO "" \\x24BAR`,
    'ExecStart=-|/nd/c1 ;',
  ]),
  oneshot('pipe-at', '| with @', ['ExecStart=|@/nd/c0 zero one']),
  oneshot('prefix-blank', 'a blank after a prefix', ['ExecStart=- /nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('variable-path', 'the executable is never expanded', [FOO, 'ExecStart=${BIN} x', 'ExecStopPost=/nd/c2']),
  oneshot('variable-path-minus', 'with - that is no failure', [FOO, 'ExecStart=-${BIN} x', 'ExecStart=/nd/c1 y']),
  oneshot('variable-path-whole', '$NAME as the executable', [FOO, 'ExecStart=$BIN x', 'ExecStopPost=/nd/c2']),
  oneshot('variable-path-slash', '$NAME/x as the executable is neither a name nor a path', [
    FOO,
    'ExecStart=$FOO/c0 x',
  ]),
  oneshot('variable-path-inside', 'a variable inside of the path', [
    FOO,
    'ExecStart=/nd/${FOO}/c0 x',
    'ExecStopPost=/nd/c2',
  ]),
  oneshot('variable-path-literal', 'a file may really have that name', [FOO, 'ExecStart=/nd/c$X $FOO']),
  oneshot('relative', 'a name without a slash is searched for', ['ExecStart=c0 a', 'ExecStart=-c1 b']),
  oneshot('relative-slash', 'a relative path is none', ['ExecStart=nd/c0 a']),
  oneshot('relative-dot', './x is none', ['ExecStart=-./c0 a', 'ExecStart=/nd/c1']),
  oneshot('search-path', 'ExecSearchPath= is where names are searched', [
    'ExecSearchPath=/nd/search:/nd',
    'ExecStart=c0 $PATH',
    'ExecStart=/nd/c1 ${PATH}',
  ]),
  oneshot('search-path-reset', 'an empty ExecSearchPath= resets', [
    'ExecSearchPath=/nd/search',
    'ExecSearchPath=',
    'ExecSearchPath=/nd/search:/usr/local/bin',
    'ExecSearchPath=/nd',
    'ExecStart=c0 ${PATH}',
    'Environment=X=1',
  ]),
  oneshot('search-path-beaten', 'PATH in Environment= beats it', [
    'ExecSearchPath=/nd/search',
    'Environment=PATH=/usr/bin:/nd',
    'ExecStart=c0 ${PATH}',
  ]),
  oneshot('folder', 'a path that ends in a slash is a folder', ['ExecStart=/nd/ x']),
  oneshot('folder-dots', 'a path that ends in dots', ['ExecStart=-/nd/.. x', 'ExecStart=-/nd/. x', 'ExecStart=/nd/c1']),
  oneshot('simplified', 'double slashes and dots go', ['ExecStart=//nd/./c0 a', 'ExecStart=/nd//c1 b']),
  oneshot('path-control', 'control characters in the path', [String.raw`ExecStart=/nd/c0\n a`]),
  oneshot('path-quote', 'quotes in the path', [String.raw`ExecStart=-/nd/c\"0 a`, 'ExecStart=/nd/c1']),
  oneshot('path-unicode', 'letters of all scripts in the path', ['ExecStart=/nd/cä a']),
  oneshot('not-there', 'an executable that is not there', ['ExecStart=/nd/nothing a', 'ExecStopPost=/nd/c1 x']),
  oneshot('empty-path', 'an empty word as the executable', ['ExecStart="" a']),
  oneshot('empty-path-minus', 'with - such a line is lost', ['ExecStart=-"" a', 'ExecStart=- b', 'ExecStart=/nd/c1']),
  service('no-exec', 'a service with nothing to execute is refused', ['Environment=A=b']),
  service('oneshot-empty', 'a oneshot with nothing at all', ['Type=oneshot']),
  service('only-stop', 'only ExecStop= needs RemainAfterExit=', ['Type=oneshot', 'ExecStop=/nd/c0']),
  service('only-stop-remain', 'with it, ExecStop= alone will do', [
    'Type=oneshot',
    'RemainAfterExit=yes',
    'ExecStop=/nd/c0 $SERVICE_RESULT',
  ]),
  service('two-starts', 'two ExecStart= are for Type=oneshot only', ['ExecStart=/nd/s0', 'ExecStart=/nd/s1']),
  service('bus-name', 'Type=dbus without BusName= is refused', ['Type=dbus', 'ExecStart=/nd/s0']),
  service('oneshot-restart', 'Restart=always is not for Type=oneshot', [
    'Type=oneshot',
    'Restart=always',
    'ExecStart=/nd/c0',
  ]),
  service('type-unknown', 'a Type= that does not exist is ignored', ['Type=nothing', 'ExecStart=/nd/s0 a']),
  files('no-section', 'what stands before any section is ignored', {
    [`${RUN}/{u}.service`]: 'ExecStart=/nd/c0 a\n[Service]\nType=oneshot\nExecStart=/nd/c1 b\n',
  }),
]
