import {bind, dropIfUnused, forget, u32Common} from './chains.js'
import type {Place} from './place.js'
import {refuse, undecided} from './refusal.js'
import {type Chain, type Filter, newChain, type Tp, type U32Common, UNKNOWN_KEY} from './tables.js'
import type {FilterCommand, FilterOptions} from './types.js'
import {changeU32, deleteU32, getU32, type Found as U32Found} from './u32.js'

export type Found =
  | {readonly kind: 'u32'; readonly found: NonNullable<U32Found>}
  | {readonly kind: 'other'; readonly filter: Filter}

/** What a command has done to the filters of a priority. */
export interface Changed {
  /** null: it made no filter: a hash table, or nothing. */
  readonly filter: Filter | null
}

/** ops->get() */
export function findFilter(tp: Tp, handle: number): Found | null {
  if (tp.kind === 'u32') {
    const found = getU32(tp, commonOf(tp), handle)
    return found === null ? null : {kind: 'u32', found}
  }
  const filter = handle === 0 ? undefined : tp.filters.get(handle)
  return filter === undefined ? null : {kind: 'other', filter}
}

function commonOf(tp: Tp): U32Common {
  const common = u32Common(tp.chain.block, false)
  if (common === null) throw new Error('u32 filters have something in common')
  return common
}

/** ops->change(): refuses before it changes anything. */
export function changeFilters(tp: Tp, place: Place, command: FilterCommand, found: Found | null): Changed {
  const {options, handle} = command
  if (tp.kind === 'u32') {
    const known = found?.kind === 'u32' ? found.found : null
    const {change, commit} = changeU32(tp, commonOf(tp), handle, options.sent ? (options.u32 ?? EMPTY) : null, known)
    if (command.kind === null && known === null && options.u32 === null && options.sent)
      throw new Error('options without a kind')
    commit()
    if (change.did === 'nothing' || change.did === 'table') return {filter: null}
    settle(change.filter, place, options)
    return {filter: change.filter}
  }
  const old = found?.kind === 'other' ? found.filter : null
  check(tp, command, old)
  const filter = old ?? make(tp, handle)
  const key = keyOf(tp, options)
  if (tp.kind === 'flower') tp.keys.delete(filter.key)
  filter.key = key
  if (key !== '') tp.keys.set(key, filter)
  settle(filter, place, options)
  return {filter}
}

const EMPTY = {divisor: null, ht: null, link: null, matches: false}

/** What a filter holds from now on. A change without a class leaves none. */
function settle(filter: Filter, place: Place, options: FilterOptions): void {
  filter.classId = options.classId
  bind(filter, place.qdisc)
  const before = filter.gotoChains
  filter.gotoChains = options.gotoChains.map((index) => chainOf(place, index))
  for (const chain of filter.gotoChains) chain.actions += 1
  for (const chain of before) {
    chain.actions -= 1
    dropIfUnused(chain)
  }
}

/** tcf_chain_get_by_act(): a chain that an action goes to exists, though nobody sees it. */
function chainOf({block}: Place, index: number): Chain {
  const chain = block.chains.get(index) ?? newChain(block, index)
  block.chains.set(index, chain)
  return chain
}

function make(tp: Tp, handle: number): Filter {
  let number = handle
  if (number === 0) {
    number = tp.next.hint
    while (tp.filters.has(number)) number += 1
    tp.next.hint = number + 1
  }
  const filter: Filter = {handle: number, classId: null, bound: null, link: null, gotoChains: [], key: ''}
  tp.filters.set(number, filter)
  return filter
}

function keyOf(tp: Tp, {text}: FilterOptions): string {
  if (tp.kind === 'flower') return `key ${text}`
  return tp.kind === 'fw' ? maskOf(text) : ''
}

/** All filters of a priority of fw have one. */
function maskOf(text: string): string {
  return /\bmask (\d+)/.exec(text)?.[1] ?? '4294967295'
}

/** What bpf, matchall, flower, fw, basic and cgroup refuse; those but bpf from source alone. */
function check(tp: Tp, {handle, options}: FilterCommand, old: Filter | null): void {
  const where = `${tp.kind}_change()`
  const invalid = (id: string, text: string): never => refuse({id, text, where, errno: 'EINVAL'})
  const exists = (text: string): never => refuse({id: 'filter-exists', text, where, errno: 'EEXIST'})
  const withoutOptions = (): void => {
    if (!options.sent) invalid('no-options', `A filter of kind ${tp.kind} needs options.`)
  }
  switch (tp.kind) {
    case 'bpf':
      withoutOptions()
      if (options.bpf?.program !== true) invalid('no-program', 'A filter of kind bpf needs a program.')
      return
    case 'matchall':
      withoutOptions()
      if (tp.filters.size > 0) exists('A priority holds one filter of kind matchall.')
      return
    case 'flower': {
      withoutOptions()
      if (tp.keys.has(UNKNOWN_KEY))
        undecided('unknown-keys', 'The keys of the filters that the system has are not known.')
      const same = tp.keys.get(keyOf(tp, options))
      if (same !== undefined && same !== old) exists('The priority holds a filter of kind flower with that key.')
      return
    }
    case 'fw': {
      if (!options.sent) {
        if (handle !== 0) invalid('no-options', 'A filter on a mark needs options, such as a class.')
        undecided('old-method', 'A filter of kind fw without a mark takes the mark itself for the class.')
      }
      if (handle === 0) invalid('no-mark', 'A filter of kind fw names the mark by its handle.')
      const mask = maskOf(options.text)
      const first = tp.keys.keys().next().value
      if (first !== undefined && first !== mask)
        invalid('mask-mismatch', 'All filters on marks of a priority have one mask.')
      return
    }
    case 'basic':
      withoutOptions()
      return
    case 'cgroup':
      withoutOptions()
      if (tp.filters.size === 0 && handle === 0) invalid('no-handle', 'A filter of kind cgroup needs a handle.')
      if (tp.filters.size > 0 && !tp.filters.has(handle))
        refuse({id: 'no-such-handle', text: 'The filter has another handle.', where, errno: 'ENOENT'})
      return
    default:
      undecided('unknown-classifier', `Which filters ${tp.kind} refuses is not told here.`)
  }
}

/** ops->delete(): true if the priority is empty. */
export function deleteFilter(tp: Tp, found: Found): boolean {
  if (found.kind === 'u32') return deleteU32(commonOf(tp), found.found, forget)
  const {filter} = found
  tp.filters.delete(filter.handle)
  if (tp.kind === 'flower') tp.keys.delete(filter.key)
  tp.next.hint = Math.min(tp.next.hint, filter.handle)
  forget(filter)
  return tp.filters.size === 0
}
