import type {Evaluation} from '../../../src/facts/shell/evaluate.js'
import type {ShellCommand, ShellEvent} from '../../../src/facts/shell/recorder.js'
import {type Field, textOf, type Value} from '../../../src/facts/shell/text.js'
import type {Ran} from './shells.js'

/** `same`: what the shell ran is one of the ways that we name. `open`: something could not be followed, and we said so. */
export type Judgement = {readonly verdict: 'same' | 'open'} | {readonly verdict: 'different'; readonly why: string}

/** Holds a script's evaluation against what a shell ran. */
export function compare(evaluation: Evaluation, ran: readonly Ran[]): Judgement {
  const {events, unfollowed, truncated, syntaxError} = evaluation
  const commands = events.flatMap((event) => (event.type === 'command' ? [event.command] : []))
  if (unfollowed.length > 0 || truncated !== null || syntaxError !== null || commands.some(isConcurrent)) {
    return inOrder(commands, ran) ? {verdict: 'open'} : {verdict: 'different', why: 'a certain command did not run'}
  }
  const ends = waysThrough(events, ran)
  if (ends.has(ran.length)) return {verdict: 'same'}
  const furthest = Math.max(-1, ...ends.furthest)
  return {
    verdict: 'different',
    why: `after ${furthest} commands: it ran ${JSON.stringify(ran[furthest] ?? 'nothing more')}`,
  }
}

/** How many commands we knew to the last letter, and to run. */
export function knownCommands(evaluation: Evaluation): number {
  return evaluation.events.filter(
    (event) => event.type === 'command' && event.command.certain && isKnown(event.command),
  ).length
}

function isConcurrent({why}: ShellCommand): boolean {
  return why?.includes('at the same time') === true
}

function isKnown({words}: ShellCommand): boolean {
  return words.every((word) => !word.maySplit && textOf(word.pieces) !== null)
}

function inOrder(commands: readonly ShellCommand[], ran: readonly Ran[]): boolean {
  let at = 0
  for (const command of commands) {
    if (!command.certain || !isKnown(command)) continue
    while (at < ran.length && !isSame(command, ran[at])) at += 1
    if (at === ran.length) return false
    at += 1
  }
  return true
}

/** Numbers of commands of the real run that may have been run when all events are through. */
function waysThrough(events: readonly ShellEvent[], ran: readonly Ran[]): Set<number> & {furthest: Set<number>} {
  const gone = new Set<number>()
  const furthest = new Set<number>([0])
  const parked = new Map<number, Set<number>>()
  interface Split {
    readonly on: number | null
    readonly start: ReadonlySet<number>
    readonly ends: Set<number>
    open: boolean
  }
  // Of the commands that decided something: at which real command they were, and how that ended.
  const ranAs = new Map<number, Set<number>>()
  const run = (from: number, to: number, begin: ReadonlySet<number>): Set<number> => {
    let current = new Set(begin)
    const splits: Split[] = []
    for (let at = from; at < to; at++) {
      const event = events[at]
      switch (event?.type) {
        case 'command': {
          const next = new Set<number>()
          for (const position of current) {
            if (!isSame(event.command, ran[position])) continue
            next.add(position + 1)
            furthest.add(position + 1)
            const seen = ranAs.get(event.command.index) ?? new Set()
            ranAs.set(event.command.index, seen.add(position))
          }
          current = next
          break
        }
        case 'split':
          splits.push({on: event.on, start: current, ends: new Set(), open: false})
          break
        case 'alternative': {
          const split = splits.at(-1)
          if (!split) throw new Error('an alternative without a split')
          if (split.open) for (const position of current) split.ends.add(position)
          split.open = true
          current = new Set([...split.start].filter((position) => isTaken(split.on, event.when, position)))
          break
        }
        case 'join': {
          const split = splits.pop()
          for (const position of split?.ends ?? []) current.add(position)
          break
        }
        case 'park': {
          const waiting = parked.get(event.boundary) ?? new Set()
          for (const position of current) waiting.add(position)
          parked.set(event.boundary, waiting)
          current = new Set()
          break
        }
        case 'gone':
          for (const position of current) gone.add(position)
          current = new Set()
          break
        case 'boundary':
          for (const position of parked.get(event.id) ?? []) current.add(position)
          break
        case 'loop': {
          const end = loopEnd(events, at)
          const reached = new Set(current)
          for (let before = -1; before !== reached.size; ) {
            before = reached.size
            for (const position of run(at + 1, end, reached)) reached.add(position)
          }
          current = reached
          at = end
          break
        }
        default:
          break
      }
    }
    return current
  }
  const isTaken = (on: number | null, when: 'success' | 'failure' | null, position: number): boolean => {
    if (on === null || when === null) return true
    // The last command that was run as this one decides; it may be one before others.
    for (let before = position - 1; before >= 0; before--) {
      if (!ranAs.get(on)?.has(before)) continue
      return (ran[before]?.args.at(-1) === 'fail') === (when === 'failure')
    }
    return true
  }
  const ends = run(0, events.length, new Set([0]))
  for (const position of gone) ends.add(position)
  return Object.assign(ends, {furthest})
}

function loopEnd(events: readonly ShellEvent[], start: number): number {
  let depth = 0
  for (let at = start; at < events.length; at++) {
    if (events[at]?.type === 'loop') depth += 1
    if (events[at]?.type === 'loop-end') depth -= 1
    if (depth === 0) return at
  }
  throw new Error('a loop without an end')
}

/** Whether a command may be what was run; a part that is not known may be anything. */
function isSame({words, netns, stdin}: ShellCommand, ran: Ran | undefined): boolean {
  if (!ran) return false
  const [, ...args] = words
  if (netns !== null && 'name' in netns ? netns.name !== ran.netns : netns === null && ran.netns !== '') return false
  if (!matchArgs(args, ran.args)) return false
  return ran.stdin === null || stdin === null || patternOf(stdin).test(ran.stdin)
}

function matchArgs(fields: readonly Field[], args: readonly string[]): boolean {
  let reached = new Set([0])
  for (const field of fields) {
    const next = new Set<number>()
    const pattern = patternOf(field.pieces)
    for (const at of reached) {
      const arg = args[at]
      if (arg !== undefined && (field.maySplit || pattern.test(arg))) next.add(at + 1)
      if (field.maySplit) for (let to = at; to <= args.length; to++) next.add(to)
    }
    reached = next
  }
  return reached.has(args.length)
}

function patternOf(value: Value): RegExp {
  const source = value.map(({text, unknown}) =>
    unknown === null ? text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : '[^]*',
  )
  return new RegExp(`^${source.join('').replace(/(\[\^\]\*)+/g, '[^]*')}$`)
}
