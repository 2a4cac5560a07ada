import type {Span} from '../../../facts/shell/source.js'
import type {ScriptWord} from '../../../facts/tc-scripts/script.js'
import type {PriorityClass, Use} from './classes.js'

/** Text of a file that is replaced. */
export interface Edit {
  readonly span: Span
  readonly text: string
}

/** Text of the files that edits go to; null: not known. */
export type TextOf = (path: string) => string | null

interface Site {
  readonly span: Span
  /** What stands there if the value grows by so much; null: that cannot be written. */
  readonly edit: (delta: number, value: number) => string | null
}

/** How the priorities of classes can be changed where they are written. */
export class EditSites {
  readonly #textOf: TextOf
  /** Classes whose priority comes from a place. */
  readonly #users = new Map<string, Set<PriorityClass>>()

  constructor(classes: readonly PriorityClass[], textOf: TextOf) {
    this.#textOf = textOf
    for (const one of classes) {
      for (const {word} of one.uses) {
        for (const span of word ? [word.literal, word.computed, word.written] : []) {
          if (!span) continue
          const users = this.#users.get(keyOf(span)) ?? new Set()
          this.#users.set(keyOf(span), users.add(one))
        }
      }
    }
  }

  /** Edits that give a class another priority, one for each place; null: none do. */
  edits(one: PriorityClass, prio: number): Edit[] | null {
    const edits = new Map<string, Edit>()
    for (const use of one.uses) {
      const edit = this.#editOf(one, use, prio)
      if (!edit) return null
      edits.set(keyOf(edit.span), edit)
    }
    return [...edits.values()]
  }

  /** Others whose priority changes with it, as it is written in the same place. */
  movedAlong(one: PriorityClass, edits: readonly Edit[]): PriorityClass[] {
    return edits.flatMap(({span}) => [...(this.#users.get(keyOf(span)) ?? [])]).filter((each) => each !== one)
  }

  #editOf(one: PriorityClass, {word}: Use, prio: number): Edit | null {
    for (const site of word ? this.#sites(word) : []) {
      const users = this.#users.get(keyOf(site.span)) ?? new Set()
      // Those of another block are looked at in their turn.
      if ([...users].some((other) => other !== one && other.group === one.group)) continue
      const text = site.edit(prio - one.prio, prio)
      if (text !== null) return {span: site.span, text}
    }
    return null
  }

  #sites({literal, computed, written}: ScriptWord): Site[] {
    const sites: Site[] = []
    if (literal) sites.push({span: literal, edit: (_, value) => String(value)})
    if (computed) sites.push({span: computed, edit: (delta) => arithmetic(this.#text(computed), delta)})
    if (written) sites.push({span: written, edit: (delta) => ofVariable(this.#text(written), delta)})
    return sites
  }

  #text({path, pos, end}: Span): string {
    return this.#textOf(path)?.slice(pos, end) ?? ''
  }
}

/** `$((PRIO + 1))` -> `$((PRIO + 2))` */
function arithmetic(text: string, delta: number): string | null {
  const inner = /^\$\(\((.*)\)\)$/s.exec(text)?.[1]
  if (inner === undefined) return null
  const constant = /^(\s*\$?\{?\w+\}?\s*)([-+])(\s*)(\d{1,9})(\s*)$/.exec(inner)
  if (!constant) return `$((${inner}${signed(delta)}))`
  const [, left = '', sign, gap = '', digits = '', end = ''] = constant
  const value = Number(digits) * (sign === '-' ? -1 : 1) + delta
  if (value === 0) return `$((${left.trimEnd()}${end}))`
  return `$((${left}${value < 0 ? '-' : '+'}${gap}${Math.abs(value)}${end}))`
}

/** `$PRIO` -> `$((PRIO + 1))` */
function ofVariable(text: string, delta: number): string | null {
  const name = /^"?\$\{?([A-Za-z_]\w*)\}?"?$/.exec(text)?.[1]
  if (name !== undefined) return `$((${name}${signed(delta)}))`
  const parameter = /^"?\$\{?(\d+)\}?"?$/.exec(text)?.[1]
  return parameter === undefined ? null : `$((\${${parameter}}${signed(delta)}))`
}

function signed(delta: number): string {
  return delta < 0 ? ` - ${-delta}` : ` + ${delta}`
}

export function keyOf({path, pos, end}: Span): string {
  return `${pos}:${end}:${path}`
}
