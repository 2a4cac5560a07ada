import {nameOf, type Place} from './command.js'
import {dialectOf} from './dialect.js'
import {runChild, runShell} from './nested.js'
import {fileText} from './redirect.js'
import {OF_PROGRAM, type Shell, UNKNOWN} from './shell.js'
import {ShellSource} from './source.js'
import {type Field, shownText, textOf, type Value} from './text.js'
import {textPrograms} from './text-programs.js'
import {inFrame} from './ways.js'
import {baseName, unwrap} from './wrappers.js'

/** They read no standard input, so that what there is stays for others. */
const QUIET = new Set(
  'ip tc iptables ip6tables ipset ethtool modprobe sysctl sleep logger rm mkdir touch chmod chown ln mv cp ls kill pkill ifconfig route brctl insmod rmmod date hostname uname id'.split(
    ' ',
  ),
)
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash'])
/** They run what their arguments say, in ways that are not followed. */
const OTHERS = new Set([
  'xargs',
  'parallel',
  'find',
  'watch',
  'su',
  'runuser',
  'systemd-run',
  'chroot',
  'at',
  'batch',
  'run-parts',
  'start-stop-daemon',
  'flock',
  'script',
  'unshare',
])
const OBJECTS = /^(qdisc|class|filter|chain|action|actions|monitor|exec|qd|q|c|f|-b|-ba\w*)$/

/** A program of the system. */
export function runProgram(shell: Shell, given: readonly Field[], place: Place): void {
  const {words, netns} = unwrap(given)
  if (netns !== undefined) {
    inFrame(shell, 'subshell', () => {
      shell.state.set('netns', {kind: 'netns', netns: netns})
      runUnwrapped(shell, words, place)
    })
    return
  }
  runUnwrapped(shell, words, place)
}

function runUnwrapped(shell: Shell, words: readonly Field[], place: Place): void {
  const [first, ...args] = words
  if (!first) {
    shell.status = UNKNOWN
    return
  }
  const name = nameOf(first)
  const base = name === null ? null : baseName(name)
  if (base === 'tc' || (name === null && isLikeTc(first, args))) {
    recordTc(shell, words, place)
    return
  }
  if (base !== null && SHELLS.has(base)) {
    if (!runShell(shell, args, place)) {
      shell.lose(
        `${base} ${args
          .map(({pieces}) => shownText(pieces))
          .join(' ')
          .slice(0, 60)}: not known what it runs`,
      )
      shell.write(null)
      shell.setStdin(null)
      shell.status = OF_PROGRAM
    }
    return
  }
  const textProgram = base !== null && Object.hasOwn(textPrograms, base) ? textPrograms[base] : undefined
  if (textProgram) {
    textProgram(shell, args)
    return
  }
  if (name?.includes('/') && runScriptFile(shell, name, args)) return
  if (base !== null && OTHERS.has(base) && args.some(({pieces}) => /(^|[/\s])tc(\s|$)/.test(shownText(pieces)))) {
    shell.lose(`${base}: what it runs is not followed`)
  }
  if (name === null) shell.lose(`${shownText(first.pieces)}: not known which program it is`)
  shell.write(null)
  if (base === null || !QUIET.has(base)) shell.setStdin(null)
  shell.status = OF_PROGRAM
}

/** `${TC} filter add ...` with a variable that is not known. */
function isLikeTc({pieces}: Field, args: readonly Field[]): boolean {
  if (!/(^|[^A-Za-z])tc([^A-Za-z]|$)/i.test(shownText(pieces))) return false
  return args.slice(0, 8).some((arg) => OBJECTS.test(nameOf(arg) ?? ''))
}

function runScriptFile(shell: Shell, path: string, args: readonly Field[]): boolean {
  const value = fileText(shell, path)
  const text = value && textOf(value)
  if (text === null || !text.startsWith('#!') || dialectOf(text) === null) return false
  runChild(shell, new ShellSource(path, text), args)
  return true
}

function recordTc(shell: Shell, words: readonly Field[], {source, pos, end}: Place): void {
  const input = inputOf(shell, words.slice(1))
  const {index} = shell.recorder.command({
    path: source.path,
    line: source.lineAt(pos),
    calledFrom: shell.calledFrom,
    span: source.span(pos, end),
    words,
    netns: shell.netns,
    stdin: input === undefined ? null : input,
    fatal: shell.flag('errexit') === true && shell.tested === 0,
  })
  shell.write(null)
  shell.status = {code: null, of: index, negated: false}
}

/** Text of what `-batch` names. undefined: it names nothing. */
function inputOf(shell: Shell, args: readonly Field[]): Value | null | undefined {
  for (const [index, arg] of args.entries()) {
    const text = nameOf(arg)
    if (text === null) continue
    if (!text.startsWith('-')) return undefined
    if (text.length < 2 || !'-batch'.startsWith(text)) continue
    const path = nameOf(args[index + 1])
    if (path === null) return null
    if (path !== '-' && path !== '/dev/stdin') return fileText(shell, path)
    const {stdin} = shell
    shell.setStdin([])
    return stdin
  }
  return undefined
}
