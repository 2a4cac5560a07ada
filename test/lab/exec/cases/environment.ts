import {type EdgeCase, oneshot} from './edge-case.js'

const SHOW = 'ExecStart=/nd/c0 $A ${A} $B ${B} $C ${C}'

/** Environment= and what else decides about variables, but files. */
export const environment: readonly EdgeCase[] = [
  oneshot('assignments', 'several on a line, quoted as a whole or from the value on', [
    `Environment=A=1 "B=two words" 'C=three "3" words' D="x y" E='x y'z F=a"b c"d`,
    `${SHOW} \${D} \${E} \${F}`,
  ]),
  oneshot('assignments-later', 'later ones win, also on the same line', [
    'Environment=A=1 A=2 B=1',
    'Environment=B=2',
    SHOW,
  ]),
  oneshot('assignments-bad', 'what is no assignment is ignored', [
    'Environment=A=1 nothing =x 1B=2 C-D=3 B=2 "E F=5" G.H=x é=1 export',
    'Environment=export C=3',
    SHOW,
  ]),
  oneshot('assignments-empty', 'a value may be empty', ['Environment=A= B=""  "C="', SHOW]),
  oneshot('assignments-equals', 'a value may hold =', ['Environment=A=b=c B== "C=x=y z"', SHOW]),
  oneshot('assignments-dollar', '$ has no meaning', ['Environment=B=x A=$B C=${B}$$', SHOW]),
  oneshot('assignments-specifier', 'specifiers do', [
    'Environment=A=%n B=%% %p=x "C=%N %j" nde=1',
    'ExecStart=/nd/c0 $A $B $C $nde',
  ]),
  oneshot('assignments-specifier-bad', 'one that does not exist loses its word', ['Environment=A=1 B=%z C=3', SHOW]),
  oneshot('assignments-escapes', 'C escapes are decoded', [
    String.raw`Environment=A=a\tb "B=c\nd" C=\x41\u00e4\101 D=a\\b "E=\"x\""`,
    `${SHOW} \${D} \${E}`,
  ]),
  oneshot('assignments-escapes-bad', 'one that does not exist loses the line from there', [
    String.raw`Environment=A=1 B=\q C=3`,
    'Environment=D=4',
    `${SHOW} $D`,
  ]),
  oneshot('assignments-open', 'an open quote loses the line from there', [
    'Environment=A=1 "B=2 C=3',
    'Environment=D=4',
    `${SHOW} $D`,
  ]),
  oneshot('assignments-control', 'control characters in values', [
    String.raw`Environment=A=a\ab B=\x01 C=\x7f D=a\rb E=\x1b[1m`,
    `${SHOW} \${D} \${E}`,
  ]),
  oneshot('assignments-bytes', 'values that are no UTF-8', [String.raw`Environment=A=\xff B=\xc3\xa4 C=x\x80`, SHOW]),
  oneshot('assignments-semicolon', 'a ; and a # are text', ['Environment=A=1 ; B=2 # C=3', SHOW]),
  oneshot('default-environment', 'DefaultEnvironment= is lowest', [
    'Environment=NDDEFAULT2=unit',
    'ExecStart=/nd/c0 $NDDEFAULT ${NDDEFAULT2} $NDDEFAULT3',
  ]),
  oneshot('manager-environment', 'ManagerEnvironment= reaches nobody', ['ExecStart=/nd/c0 $NDMANAGER x']),
  oneshot('manager-environment-passed', 'but who asks for it', [
    'PassEnvironment=NDMANAGER',
    'ExecStart=/nd/c0 $NDMANAGER x',
  ]),
  oneshot('pass', 'PassEnvironment= copies what PID 1 has', [
    'PassEnvironment=NDPASS NDPASS2 NDNOPE',
    'PassEnvironment=NDPASS3',
    'ExecStart=/nd/c0 $NDPASS ${NDPASS2} $NDPASS2 $NDPASS3 ${NDPASS3} $NDNOPE',
  ]),
  oneshot('pass-not', 'without it nothing of PID 1 is there', [
    'ExecStart=/nd/c0 $NDPASS $container ${container_uuid} x',
  ]),
  oneshot('pass-beaten', 'Environment= beats it', [
    'PassEnvironment=NDPASS container',
    'Environment=NDPASS=unit',
    'ExecStart=/nd/c0 $NDPASS $container',
  ]),
  oneshot('pass-odd', 'names that are none are ignored', [
    'PassEnvironment=1X NDPASS=x "NDPASS" \'NDPASS3\' A-B',
    'ExecStart=/nd/c0 ${NDPASS} ${NDPASS3}',
  ]),
  oneshot('pass-specifier', 'specifiers in names', ['PassEnvironment=NDPASS%i %%', 'ExecStart=/nd/c0 ${NDPASS}']),
  oneshot(
    'unset',
    'UnsetEnvironment= takes out in the end',
    ['Environment=A=1 B=2 C=3', 'EnvironmentFile={d}/env', 'UnsetEnvironment=A B', SHOW],
    {files: {'{d}/env': 'B=file\n'}},
  ),
  oneshot('unset-value', 'with a value only where it is just that', [
    'Environment=A=1 B=2 "C=x y"',
    'UnsetEnvironment=A=1 B=3 "C=x y"',
    SHOW,
  ]),
  oneshot('unset-default', 'also what systemd itself sets', [
    'UnsetEnvironment=PATH LANG NDDEFAULT INVOCATION_ID',
    'ExecStart=/nd/c0 $PATH $LANG $NDDEFAULT',
  ]),
  oneshot('unset-odd', 'what is no name is ignored', ['Environment=A=1 B=2', 'UnsetEnvironment=1A A-B "A" =x', SHOW]),
  oneshot('unset-words', 'a word that is expanded and then unset', [
    'Environment=A=1 "B=x y"',
    'UnsetEnvironment=A B',
    'ExecStart=/nd/c0 a $A ${A} $B x${B}y -$A',
  ]),
  oneshot('unset-specifier', 'specifiers in it', [
    'Environment=nde=1 A=nde',
    'UnsetEnvironment=%j A=%j',
    'ExecStart=/nd/c0 $nde $A ${A}',
  ]),
  oneshot('path-lang', 'PATH and LANG are there', ['ExecStart=/nd/c0 ${PATH} ${LANG} $LC_ALL']),
  oneshot('path-own', 'PATH may be set', ['Environment=PATH=/x LANG=de_DE.UTF-8', 'ExecStart=/nd/c0 ${PATH} ${LANG}']),
]
