import {type EdgeCase, oneshot} from './edge-case.js'

const FOO = 'Environment=FOO=val "BAR=two words" EMPTY= "N_1=x" _u=under'

/** What becomes of `$`. */
export const expansion: readonly EdgeCase[] = [
  oneshot('whole', '$NAME as the whole word is split into words', [FOO, 'ExecStart=/nd/c0 a $BAR b']),
  oneshot('whole-many', 'each whole word is split for itself', [FOO, 'ExecStart=/nd/c0 $FOO $BAR $_u $N_1']),
  oneshot('whole-quoted', 'quotes are gone when $ is looked at', [
    FOO,
    'ExecStart=/nd/c0 "$BAR" \'$BAR\' "${BAR}" \'${BAR}\'',
  ]),
  oneshot('whole-split-quotes', 'a value is split with its quotes honoured', [
    `Environment="Q=a 'b c' d" 'R=say "x y" z' S=a\\\\\\\\b`,
    'ExecStart=/nd/c0 $Q $R $S ${Q} ${R} ${S}',
  ]),
  oneshot(
    'whole-split-odd',
    'unbalanced quotes and backslashes in a value are tolerated',
    ['EnvironmentFile={d}/env', 'ExecStart=/nd/c0 1 $Q 2 $R 3 $S 4 $T 5 $U 6'],
    {files: {'{d}/env': `Q='a "b c'\nR='"'\nS='x \\'\nT='a\\ b'\nU="'x' y'z w"\n`}},
  ),
  oneshot(
    'whole-split-blanks',
    'tabs and newlines in a value separate words',
    ['EnvironmentFile={d}/env', 'ExecStart=/nd/c0 $T ${T} $L ${L}'],
    {files: {'{d}/env': 'T="a\tb  c"\nL="one\ntwo three"\n'}},
  ),
  oneshot('whole-empty', 'a variable that is set but empty drops the word', [FOO, 'ExecStart=/nd/c0 a $EMPTY b']),
  oneshot('whole-blank', 'a variable of nothing but blanks drops the word', [
    'Environment="B=  "',
    'ExecStart=/nd/c0 a $B b ${B}',
  ]),
  oneshot('whole-unset', 'a variable that is not set drops the word', ['ExecStart=/nd/c0 a $NOPE b $ALSO $NOPE']),
  oneshot('whole-invalid', 'what is no name drops the word, even when a variable in it is set', [
    FOO,
    'ExecStart=/nd/c0 a $FOO/bin b $FOO,x $1 $@ $ $FOO-x $FOO.y $FOO$BAR z',
  ]),
  oneshot('whole-script', 'a script that begins with $ is dropped', [FOO, "ExecStart=/nd/c0 -c '$FOO --foo'"]),
  oneshot('whole-equals', '$A=b is no name, though an old systemd finds what A holds after b=', [
    'Environment=A=b=rest C=d',
    'ExecStart=/nd/c0 1 $A=b 2 ${A=b} 3 $C=d 4 ${C=d} 5',
  ]),
  oneshot('inside', '$NAME inside a word is passed on as text', [
    FOO,
    'ExecStart=/nd/c0 -Dx=$FOO x$FOO a$ a$b$ --$FOO/$BAR',
  ]),
  oneshot('braced', '${NAME} is put in verbatim, as one argument', [
    FOO,
    'ExecStart=/nd/c0 ${BAR} x${BAR}y ${FOO}${BAR} --o="${BAR}"',
  ]),
  oneshot('braced-unset', '${NAME} that is not set is nothing, alone an empty argument', [
    'ExecStart=/nd/c0 a ${NOPE} b${NOPE}c ${NOPE}${ALSO} d',
  ]),
  oneshot('braced-empty', '${NAME} that is empty alone is an empty argument', [
    FOO,
    'ExecStart=/nd/c0 ${EMPTY} x${EMPTY}',
  ]),
  oneshot('braced-invalid', '${...} around what is no name is nothing', [
    FOO,
    'ExecStart=/nd/c0 a ${} b ${1} ${FOO-d} x${FOO.y}z ${ FOO} ${FOO }',
  ]),
  oneshot('braced-default', '${NAME:-x} is not supported, though what is inside it is expanded', [
    FOO,
    'ExecStart=/nd/c0 ${FOO:-d} ${NOPE:-d} ${FOO:+a} ${FOO:?} ${N:-${FOO}} ${NOPE:-$FOO} x${FOO:-}y ${FOO:}',
  ]),
  oneshot('braced-open', '${ that nothing closes is text', [FOO, 'ExecStart=/nd/c0 ${FOO a${FOO ${ x${ ${FOO${BAR}']),
  oneshot('dollars', '$$ is $', [FOO, 'ExecStart=/nd/c0 $$ $$FOO $${FOO} a$$b $$$FOO $$$$ x$$${FOO} $$$']),
  oneshot('dollar-end', 'a $ at the end of a word is text', [FOO, 'ExecStart=/nd/c0 x$ ${FOO}$ $$FOO$ a$ b']),
  oneshot('no-second-round', 'values are not expanded again', [
    'Environment=A=$B B=b C=${B} D=$$',
    'ExecStart=/nd/c0 $A ${A} $C ${C} $D ${D}',
  ]),
  oneshot('mixed', 'all kinds in one word', [
    FOO,
    'ExecStart=/nd/c0 x$FOO${FOO}$$${NOPE}$FOO y${FOO}$FOO ${FOO}:$FOO $FOO:${FOO}',
  ]),
  oneshot('dollar-dollar-brace', '$ before ${NAME} stays as text', [
    FOO,
    'ExecStart=/nd/c0 a$${FOO} a$x${FOO} x$}${FOO}',
  ]),
  oneshot('not-ascii', 'letters that are not of ASCII are in no name', [
    'Environment=FOO=val',
    'ExecStart=/nd/c0 $FOÖ ${FOÖ} ä$FOO ${FOO}ü',
  ]),
  oneshot('repeated-names', 'names are told once, sorted, however often they stand there', [
    'ExecStart=/nd/c0 $Z $B ${A} $B ${Z}x $a $_ ${A1} $0 ${-}',
  ]),
  oneshot('argv-zero', 'argv[0] that @ gives is expanded, too', [
    FOO,
    'ExecStart=@/nd/c0 ${FOO} $BAR',
    'ExecStart=@/nd/c1 $BAR x',
    'ExecStart=@/nd/c2 x$FOO y',
  ]),
  oneshot('argv-zero-gone', 'argv[0] that is dropped leaves the next word in its place', [
    'ExecStart=@/nd/c0 $NOPE x y',
    'ExecStart=@/nd/c1 ${NOPE} x',
  ]),
  oneshot('all-gone', 'every word but the first may be dropped', ['ExecStart=/nd/c0 $A $B $C']),
  oneshot('long', 'a long value is put in as it is', ['EnvironmentFile={d}/env', 'ExecStart=/nd/c0 ${L} $L'], {
    files: {'{d}/env': `L=${'abcdefghi '.repeat(2000)}\n`},
  }),
]
