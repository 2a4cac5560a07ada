import {nameOf} from './command.js'
import type {Netns} from './recorder.js'
import {type Field, shownText} from './text.js'

/** How many arguments the options of a wrapper take that come before the command that it runs. */
interface Wrapper {
  /** Options with an argument of their own. */
  readonly valued: RegExp
  /** Arguments between the options and the command. */
  readonly operands?: number
  /** `NAME=value` before the command. */
  readonly assignments?: true
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: {valued: /^(-[ugpCTrthUD]|--(user|group|prompt|host|chdir))$/, assignments: true},
  doas: {valued: /^-[uC]$/},
  env: {valued: /^(-[uC]|--(unset|chdir))$/, assignments: true},
  nice: {valued: /^(-n|--adjustment)$/},
  ionice: {valued: /^-[cnPpu]$/},
  nohup: {valued: /^$/},
  setsid: {valued: /^$/},
  stdbuf: {valued: /^-[ioe]$/},
  timeout: {valued: /^(-[ks]|--(kill-after|signal))$/, operands: 1},
  taskset: {valued: /^$/, operands: 1},
  chrt: {valued: /^$/, operands: 1},
  time: {valued: /^-[fo]$/},
  busybox: {valued: /^$/},
}

export interface Unwrapped {
  readonly words: readonly Field[]
  /** undefined: that of the script. */
  readonly netns: Netns | undefined
}

/** Takes away what only surrounds a command: `sudo`, `env A=b`, `ip netns exec NAME`, `nsenter`. */
export function unwrap(given: readonly Field[]): Unwrapped {
  let words = given
  let netns: Netns | undefined
  // Each turn takes at least one word.
  for (;;) {
    const name = nameOf(words[0])
    const base = name === null ? null : baseName(name)
    const wrapper = base !== null && Object.hasOwn(WRAPPERS, base) ? WRAPPERS[base] : undefined
    let next: {readonly words: readonly Field[]; readonly netns?: Netns} | null = null
    if (wrapper) next = {words: afterOptions(words, wrapper)}
    else if (base === 'ip') next = ipNetnsExec(words)
    else if (base === 'nsenter') next = nsenter(words)
    if (!next || next.words.length === 0) return {words, netns}
    words = next.words
    if (next.netns !== undefined) netns = next.netns
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function afterOptions(words: readonly Field[], {valued, operands = 0, assignments}: Wrapper): readonly Field[] {
  let at = 1
  for (; at < words.length; at++) {
    const text = nameOf(words[at])
    if (text === '--') {
      at += 1
      break
    }
    if (text !== null && valued.test(text)) at += 1
    else if (text === null || !/^-./.test(text)) break
  }
  at += operands
  while (assignments && /^[A-Za-z_]\w*=/.test(words[at] ? shownText(words[at]?.pieces ?? []) : '')) at += 1
  return words.slice(at)
}

/** ip(8) takes abbreviations; `ne` and `n` are `neighbor`. */
function ipNetnsExec(words: readonly Field[]): {readonly words: readonly Field[]; readonly netns: Netns} | null {
  let at = 1
  let all = false
  for (let text = nameOf(words[at]); text?.startsWith('-'); text = nameOf(words[at])) {
    all ||= /^-a(ll?)?$/.test(text)
    at += /^-(n|netns|f|family|rc|rcvbuf|l|loops)$/.test(text) ? 2 : 1
  }
  const [object, verb] = [nameOf(words[at]), nameOf(words[at + 1])]
  if (object === null || !/^net(ns?)?$/.test(object) || verb === null || !/^e(x(ec?)?)?$/.test(verb)) return null
  if (all) return {words: words.slice(at + 2), netns: {unknown: 'every namespace'}}
  return {words: words.slice(at + 3), netns: namespaceOf(words[at + 2])}
}

function namespaceOf(field: Field | undefined): Netns {
  const name = nameOf(field)
  return name === null ? {unknown: field ? shownText(field.pieces) : ''} : {name}
}

function nsenter(words: readonly Field[]): {readonly words: readonly Field[]; readonly netns?: Netns} {
  let netns: Netns | undefined
  let at = 1
  for (; at < words.length; at++) {
    const text = nameOf(words[at])
    if (text === null || !text.startsWith('-')) break
    if (text === '--') {
      at += 1
      break
    }
    const file = /^(?:--net=|-n(?=.))(.*)$/.exec(text)?.[1]
    if (file !== undefined) {
      const name = /^\/(?:var\/)?run\/netns\/([^/]+)$/.exec(file)?.[1]
      netns = name === undefined ? {unknown: file} : {name}
    } else if (text === '--net' || text === '--all' || /^-[a-zA-Z]*[na]/.test(text))
      netns ??= {unknown: 'that of a process'}
    if (/^(-t|--target|-S|-G|--setuid|--setgid)$/.test(text)) at += 1
  }
  return {words: words.slice(at), ...(netns === undefined ? {} : {netns})}
}
