import * as parser from 'unbash'
import {describe, expect, it} from 'vitest'
import {type EvaluateOptions, type Evaluation, evaluateScript} from '../../../src/facts/shell/evaluate.js'
import {shownText, textOf} from '../../../src/facts/shell/text.js'

function evaluate(text: string, options: Partial<EvaluateOptions> = {}): Evaluation {
  const evaluation = evaluateScript('/s', text, {parser, ...options})
  if (!evaluation) throw new Error('no shell script')
  return evaluation
}

/** A line for each command: `?` before one that may not run, what is not known in angle brackets. */
function run(text: string, options: Partial<EvaluateOptions> = {}): string[] {
  return evaluate(text, options).events.flatMap((event) => {
    if (event.type !== 'command') return []
    const {words, certain, netns, stdin} = event.command
    const shown = words
      .slice(1)
      .map(({pieces}) => (textOf(pieces) === null ? `<${shownText(pieces)}>` : shownText(pieces)))
    const where = netns === null ? '' : 'name' in netns ? `${netns.name}: ` : '<netns>: '
    return [`${certain ? '' : '? '}${where}${shown.join('|')}${stdin ? ` < ${shownText(stdin)}` : ''}`]
  })
}

describe('a script that is not run', () => {
  it('follows variables, functions and loops', () => {
    const text = `TC=/sbin/tc
add() { $TC filter add dev $1 prio $(($2 + 1)) "$3"; }
for dev in eth0 eth1; do add $dev 3 'a b'; done
`
    expect(run(text)).toEqual(['filter|add|dev|eth0|prio|4|a b', 'filter|add|dev|eth1|prio|4|a b'])
  })

  it('says what only the run tells, by one name for one value', () => {
    expect(run('tc a $1 "$1" x$DEV; x=$(hostname); tc $x')).toEqual(['a|<$1>|<$1>|<x$DEV>', '<$(hostname)>'])
  })

  it('takes both ways where it is not known which', () => {
    const text = 'if [ -e /x ]; then p=1; tc a; else p=2; tc b; fi\ntc c $p\n'
    expect(run(text)).toEqual(['? a', '? b', 'c|<$p>'])
  })

  it('knows that what follows an early exit depends on it', () => {
    const text = 'tc a\n[ -x /sbin/tc ] || exit 0\ntc b\n'
    expect(run(text)).toEqual(['a', '? b'])
    const [, command] = evaluate(text).events.flatMap((event) => (event.type === 'command' ? [event.command] : []))
    expect(command?.why).toBe('depends on line 2: [ -x /sbin/tc ]')
  })

  it('names the command whose success decides', () => {
    const {events} = evaluate('tc a || tc b\n! tc c && tc d\n')
    expect(
      events.map((event) => (event.type === 'command' ? shownText(event.command.words[1]?.pieces ?? []) : event)),
    ).toEqual([
      'a',
      {type: 'split', on: 0},
      {type: 'alternative', when: 'success'},
      {type: 'alternative', when: 'failure'},
      'b',
      {type: 'join'},
      'c',
      {type: 'split', on: 2},
      {type: 'alternative', when: 'failure'},
      'd',
      {type: 'alternative', when: 'success'},
      {type: 'join'},
    ])
  })

  it('finds the namespace and the command behind what surrounds it', () => {
    const text = `ip netns exec ns1 sudo -u root env A=b tc a
ip -n x netns exec "$N" tc b
nsenter --net=/run/netns/ns2 tc c
nsenter -t 1 -n tc d
sh -c 'tc "$1"' x e
command exec tc f
tc never
`
    expect(run(text)).toEqual(['ns1: a', '<netns>: b', 'ns2: c', '<netns>: d', 'e', 'f'])
  })

  it('reads what batches are given', () => {
    const text = `X=7
cat <<E | tc -batch -
filter $X
E
echo "class $X" | tc -b -
cat > /tmp/b <<'E'
qdisc $X
E
tc -batch /tmp/b
tc -batch /etc/known
tc -batch /etc/other
`
    const readFile = (path: string) => (path === '/etc/known' ? 'chain' : null)
    expect(run(text, {readFile})).toEqual([
      '-batch|- < filter 7\n',
      '-b|- < class 7\n',
      '-batch|/tmp/b < qdisc $X\n',
      '-batch|/etc/known < chain',
      '-batch|/etc/other',
    ])
  })

  it('takes a parameter that nothing sets for unset where it has a default, and says so', () => {
    const {assumptions} = evaluate('TC=${TC:-tc}\nDEV=${1:-eth0}\n$TC a $DEV ${NOT_THIS}\n')
    expect(assumptions.map(({name, line}) => `${name}:${line}`)).toEqual(['TC:1', '1:2'])
  })

  it('reads files that are there, and says which are not', () => {
    const readFile = (path: string) => (path === '/etc/default/x' ? 'DEV=eth9\n' : null)
    expect(run('. /etc/default/x\ntc $DEV\n. /nowhere\ntc $DEV\n', {readFile})).toEqual(['eth9', '? <$DEV>'])
    expect(evaluate('. /nowhere').unfollowed).toEqual([{path: '/s', line: 1, what: '. /nowhere: not read'}])
  })

  it.each([
    ['tc a\nif true; then tc b\n', 3, ['a']],
    ['tc a\ntc b; )\ntc c\n', 2, ['a']],
    ['tc a\nx="open\ntc b\n', 2, ['a']],
    ['tc a\r\nif true; then\r\ntc b\r\nfi\r\n', 5, ['a\r']],
    ['tc a\ncase x in\n', 3, ['a']],
  ])('runs what stands before a syntax error: %j', (text, line, commands) => {
    expect(run(text)).toEqual(commands)
    expect(evaluate(text).syntaxError?.line).toBe(line)
  })

  it('takes a here-document to the end of the file if it does not end', () => {
    expect(run('tc -b - <<E\nfilter x\n')).toEqual(['-b|- < filter x\n'])
  })

  it('is not certain of what dash and bash do differently', () => {
    expect(run('#!/bin/sh\ntc a\nx=(1 2)\ntc b ${x[0]}\n')).toEqual(['a', '? b|<${x[0]}>'])
    expect(run('#!/bin/bash\nx=(1 2)\ntc b ${x[0]}\n')).toEqual(['b|1'])
    expect(run('#!/bin/sh\ntc {a,b}\n')).toEqual(['<{a,b}>'])
  })

  it('knows other interpreters from shells', () => {
    expect(evaluateScript('/s', '#!/usr/bin/python3\n', {parser})).toBeNull()
    expect(evaluateScript('/s', '#!/usr/bin/env -S bash -e\n', {parser})).not.toBeNull()
    expect(evaluateScript('/s', '#!/bin/zsh\n', {parser})).toBeNull()
  })
})

describe('a script made to break readers', () => {
  it.each([
    ['a loop without end', 'while true; do tc a; done\ntc never', null, 1],
    [
      'a loop over too much',
      'for i in $(seq 1 90000); do for j in 1 2; do tc $i; done; done',
      'after 10000 commands',
      10_000,
    ],
    ['a function that calls itself', 'f() { f; }; f', 'deeper than 100 levels', 0],
    ['text that doubles', `x=aaaaaaaaaa\n${'x=$x$x$x$x\n'.repeat(40)}tc $x`, null, null],
    ['deep nesting', `${'( '.repeat(5000)}tc a${' )'.repeat(5000)}`, null, null],
    ['deep substitutions', `tc ${'$(echo '.repeat(3000)}a${')'.repeat(3000)}`, null, null],
    ['a long line', `tc ${'a'.repeat(1 << 20)}`, null, 1],
    ['many words on a line', `tc ${'a '.repeat(1 << 19)}`, null, 1],
    ['NULs and no UTF-8', 'tc a\0b \ufffd\ntc c\n', null, 2],
    ['early ends without number', `f() {\n${'[ -e /x ] && return\nx=1$x\n'.repeat(3000)}}\nf\ntc a`, null, null],
    ['breaks without number', `for i in 1; do\n${'[ -e /x ] && break\n'.repeat(5000)}done\ntc a`, null, 1],
    [
      'a stair of ifs',
      `${'if [ -e /x ]; then tc a; el'.repeat(3000)}se tc b; fi`.replace(/el(?=if)/g, 'el'),
      null,
      null,
    ],
  ])('ends: %s', (_, text, truncated, commands) => {
    const evaluation = evaluate(text, {limits: {commands: 10_000}})
    if (truncated !== null) expect(evaluation.truncated).toBe(truncated)
    if (commands !== null) expect(evaluation.events.filter(({type}) => type === 'command')).toHaveLength(commands)
  })

  it('says that a loop never ends', () => {
    expect(evaluate('while :; do tc a; sleep 1; done').unfollowed[0]?.what).toBe('a loop that never ends by itself')
  })
})
