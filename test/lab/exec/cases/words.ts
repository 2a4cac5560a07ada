import {type EdgeCase, oneshot, service} from './edge-case.js'

const FOO = 'Environment=FOO=val "BAR=two words"'

/** How Exec lines are split, before `$` is looked at. */
export const words: readonly EdgeCase[] = [
  oneshot('quotes', 'single and double quotes are the same, and may begin inside a word', [
    FOO,
    `ExecStart=/nd/c0 "a b" 'c d' x"e f"y x'g h'y --o="\${FOO}" --p='\${BAR}' ""  '' a""b`,
  ]),
  oneshot('quotes-nested', 'one kind of quote is text inside the other', [
    `ExecStart=/nd/c0 "it's" 'say "x"' "a'b'c" 'd"e'`,
  ]),
  oneshot('escapes', 'C escapes are decoded everywhere', [
    String.raw`ExecStart=/nd/c0 a\tb "c\nd" 'e\tf' \a\b\f\r\v \\ \" \' x\sy \x41 \101 \u00e4 \U0001F600 "\x42\103"`,
  ]),
  oneshot('escapes-unknown', 'escapes that it does not know stay as they are', [
    FOO,
    String.raw`ExecStart=/nd/c0 \$FOO \. a\qb "\$FOO" '\%%' \${FOO} \400 \x4 \xzz \u12 \0 \8`,
  ]),
  oneshot('escapes-dollar', 'a dollar sign that an escape makes is one', [
    FOO,
    String.raw`ExecStart=/nd/c0 \x24FOO \44BAR \x24{BAR} a\x24FOO \x24\x24FOO`,
  ]),
  oneshot('escapes-bytes', 'escapes make bytes that are no UTF-8', [
    String.raw`ExecStart=/nd/c0 \xff a\xc3\xa4b \303\244 \xe2\x82 "\xf0\x9f\x98\x80" \x80x \ud83d`,
  ]),
  oneshot('escapes-nul', 'a NUL ends nothing: it is no escape', [String.raw`ExecStart=/nd/c0 a\x00b \000 \u0000`]),
  oneshot('backslash-end', 'a backslash at the end of a quoted word', [String.raw`ExecStart=/nd/c0 "a\\" b\\ 'c\\'`]),
  oneshot('semicolon', 'a lone ; separates commands, \\; is one', [
    FOO,
    String.raw`ExecStart=/nd/c0 a ; /nd/c1 $FOO ; /nd/c2 x \; y ";" a; ;b`,
  ]),
  oneshot('semicolon-quoted', 'a quoted ; is no separator', [`ExecStart=/nd/c0 a ";" b ';' c \\; d \\;e`]),
  oneshot('semicolon-edges', 'separators at the ends are nothing', ['ExecStart=; /nd/c0 a ; ; /nd/c1 b ;']),
  oneshot('semicolon-prefix', 'each command of a line has prefixes of its own', [
    'ExecStart=-/nd/f0 a ; @/nd/c1 zero b ; -@/nd/f2 x',
  ]),
  service('semicolon-simple', 'two commands on one line are two, for which Type=simple is refused', [
    'ExecStart=/nd/s0 ; /nd/s1',
  ]),
  oneshot('unbalanced', 'a quote that nothing closes refuses the unit', ['ExecStart=/nd/c0 "a b']),
  oneshot('unbalanced-minus', 'with - only the line is lost', ['ExecStart=-/nd/c0 "a b', 'ExecStart=/nd/c1 x']),
  oneshot('unbalanced-later', 'of several commands on a line those before it count', [
    'ExecStart=/nd/c0 a ; -/nd/c1 "x',
    'ExecStart=/nd/c2',
  ]),
  oneshot('unbalanced-first', 'a first word with an open quote', ['ExecStart="/nd/c0 a', 'ExecStart=/nd/c1']),
  oneshot('quoted-path', 'the executable may be quoted', [
    `ExecStart="/nd/c0" a`,
    `ExecStart="/nd/c x" b`,
    String.raw`ExecStart=/nd/c\x31 c`,
  ]),
  oneshot('blanks', 'tabs and blanks separate', ['ExecStart=  /nd/c0\ta  \t b  ']),
  oneshot('control', 'other control characters do not', ['ExecStart=/nd/c0 a\vb c\fd \x01 \u00a0x']),
  oneshot('unicode', 'letters of all scripts stay what they are', ['ExecStart=/nd/c0 ä €uro 😀 "ß ß" \u2028x']),
  oneshot('comment-like', '# and ; are text inside a line', ['ExecStart=/nd/c0 a #b ;c # d']),
  oneshot('specifiers', 'specifiers are expanded word by word', [
    'ExecStart=/nd/c0 %n %N %p %i %% %%n "%n x" %I. a%pb %j %J %f',
  ]),
  oneshot('specifiers-host', 'specifiers of the host and its folders', [
    'ExecStart=/nd/c0 %t %S %C %L %E %u %U %h %s %H %m %b %v',
  ]),
  oneshot('specifiers-new', 'specifiers that came later', ['ExecStart=/nd/c0 a %T %V %g %G']),
  oneshot('specifiers-247', 'specifiers of os-release and the host', [
    'ExecStart=/nd/c0 %l',
    'ExecStart=/nd/c1 %o %w %B %W',
    'ExecStart=/nd/c2 %a',
    'ExecStart=/nd/c3 %M %A',
  ]),
  oneshot('specifiers-251', 'specifiers of the unit file', [
    'ExecStart=/nd/c0 %y %Y',
    'ExecStart=/nd/c1 %q',
    'ExecStart=/nd/c2 %d',
  ]),
  oneshot('specifiers-256', '%D came with 256', ['ExecStart=-/nd/c0 %D', 'ExecStart=/nd/c1']),
  oneshot('specifier-unknown', 'a specifier that does not exist refuses the unit', ['ExecStart=/nd/c0 %z']),
  oneshot('specifier-unknown-minus', 'with - only the line is lost', ['ExecStart=-/nd/c0 %z', 'ExecStart=/nd/c1']),
  oneshot('specifier-end', 'a lone % at the end and before what is no letter', [
    'ExecStart=/nd/c0 a% 100% %',
    'ExecStart=/nd/c1 %- %. %$FOO %1x',
  ]),
  oneshot('specifier-dollar', 'a specifier may make the name of a variable', [
    'Environment=OPT_nde=x',
    'ExecStart=/nd/c0 $OPT_%j ${OPT_%j} ${%j} $OPT_nde',
  ]),
  oneshot('specifier-in-path', 'specifiers in the executable', ['ExecStart=/nd/c%%x a', 'ExecStart=%E/../nd/c1 b']),
]
