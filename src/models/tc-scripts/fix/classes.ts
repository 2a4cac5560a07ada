import type {ScriptCommand, ScriptWord} from '../../../facts/tc-scripts/script.js'
import type {FilterCommand, ParsedTc} from '../../traffic-control/types.js'
import {CLSACT_EGRESS} from '../../traffic-control/types.js'
import type {TcWord} from '../../traffic-control/word.js'
import type {Judged} from '../judge.js'
import {priorityWord} from './priority-word.js'

/** A filter command that names a priority. */
export interface Use {
  readonly judged: Judged
  /** What holds the priority; null: the kernel chose it. */
  readonly word: ScriptWord | null
}

/** Filters of one block and chain that the kernel keeps at one priority: one protocol, one kind. */
export interface PriorityClass {
  /** Block and chain. */
  readonly group: string
  readonly prio: number
  readonly protocol: number
  readonly kind: string | null
  readonly uses: readonly Use[]
  /** Others with the same priority beside which the kernel refuses it. */
  readonly clashes: ReadonlySet<PriorityClass>
  /** Index of its first command. */
  readonly first: number
}

const CLASHES = new Set(['protocol-mismatch', 'kind-mismatch'])

export function isClash({admission, run}: Judged): boolean {
  return admission.verdict === 'rejected' && run !== 'never' && CLASHES.has(admission.reason?.id ?? '')
}

/** Sorts the filter commands of scripts by what the kernel keeps apart. */
export function priorityClasses(
  judged: readonly Judged[],
  parse: (command: ScriptCommand) => ParsedTc,
): PriorityClass[] {
  const blocks = new Blocks()
  /** By group and priority. */
  const byPlace = new Map<string, Building[]>()
  const clashing = new Set<Building>()
  for (const one of judged) {
    const parsed = parse(one.command)
    if (parsed.type === 'qdisc' && one.admission.verdict !== 'rejected') blocks.see(parsed, one.command)
    if (parsed.type !== 'filter') continue
    const prio = parsed.prio === 0 ? one.admission.chosenPrio : parsed.prio
    if (prio === null) continue
    const at = priorityWord(one.command.words)
    const word = at === null ? null : (one.command.words[at] ?? null)
    const group = blocks.groupOf(parsed, one.command)
    const {protocol, kind} = parsed
    const place = `${prio} ${group}`
    const same = byPlace.get(place) ?? []
    if (same.length === 0) byPlace.set(place, same)
    let into = same.find(
      (each) => (protocol === 0 || each.protocol === protocol) && (kind === null || each.kind === kind),
    )
    if (!into) {
      into = {group, prio, protocol, kind, uses: [], clashes: new Set(), first: one.command.index}
      same.push(into)
    }
    into.uses.push({judged: one, word})
    if (isClash(one)) clashing.add(into)
  }
  for (const one of clashing) {
    for (const other of byPlace.get(`${one.prio} ${one.group}`) ?? []) {
      if (other === one) continue
      other.clashes.add(one)
      one.clashes.add(other)
    }
  }
  return [...byPlace.values()].flat()
}

interface Building extends PriorityClass {
  readonly uses: Use[]
  readonly clashes: Set<PriorityClass>
}

/** Which block a filter lies in, as far as the commands before tell. */
class Blocks {
  readonly #roots = new Map<string, number>()
  readonly #clsact = new Set<string>()

  see(parsed: Extract<ParsedTc, {readonly type: 'qdisc'}>, command: ScriptCommand): void {
    const {dev, parent, handle, kind, verb} = parsed
    if (dev === null) return
    const key = deviceKey(dev, parsed, command)
    if (kind === 'clsact' && verb !== 'delete') this.#clsact.add(key)
    else if (kind === 'ingress') this.#clsact.delete(key)
    else if (parent === 0xffffffff) this.#roots.set(key, verb === 'delete' ? 0 : handle)
  }

  groupOf(parsed: FilterCommand, command: ScriptCommand): string {
    const {place, chain} = parsed
    const rest = `chain ${chain ?? 0}`
    if (place.on === 'block') return `block ${place.index} ${rest}`
    if (place.on === 'nothing') return `nothing ${rest}`
    const key = deviceKey(place.dev, parsed, command)
    const {parent} = place
    if (parent >= 0xffff0000) {
      // All of an ingress discipline is one block; clsact has two.
      const egress = this.#clsact.has(key) && parent === CLSACT_EGRESS
      return `${key} ${egress ? 'egress' : 'ingress'} ${rest}`
    }
    return `${key} ${parent === 0 ? (this.#roots.get(key) ?? 0) : parent} ${rest}`
  }
}

function deviceKey(dev: string, {netns}: {readonly netns: TcWord | null}, command: ScriptCommand): string {
  return `${JSON.stringify(netns ?? command.netns)} ${dev}`
}
