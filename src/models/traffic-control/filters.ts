import {checkChainIndex, destroyTp, dropIfUnused, findClassifier, flush, u32Common} from './chains.js'
import {type Changed, changeFilters, deleteFilter, findFilter} from './classifiers.js'
import type {Machine} from './machine.js'
import {findPlace, type Place} from './place.js'
import {protocolName} from './protocol-names.js'
import {refuse, Undecided, undecided} from './refusal.js'
import {type Block, type Chain, newChain, type Tp} from './tables.js'
import type {FilterCommand} from './types.js'
import {initU32} from './u32.js'

const FIRST_AUTOMATIC = 0x8000
const LAST_AUTOMATIC = 0xc000
const MISS = 'Filter with specified priority/protocol not found'

/** @returns the priority that the kernel chose; null: the command named one, or deletes */
export function changeFilter(machine: Machine, command: FilterCommand): number | null {
  const where: Reached = {block: null}
  try {
    if (command.verb !== 'delete') return newFilter(machine, command, where)
    deleteFilters(machine, command, where)
    return null
  } catch (error) {
    if (error instanceof Undecided) doubt(machine, command, where.block, error.text)
    throw error
  }
}

interface Reached {
  block: Block | null
}

/** What is not known any more after a command of which it cannot be told whether the kernel takes it. */
function doubt(machine: Machine, command: FilterCommand, block: Block | null, why: string): void {
  if (block === null) {
    if (command.place.on === 'dev') machine.device(command.place.dev).filterDoubt = {since: machine.now, why}
    return
  }
  if (command.prio === 0) {
    block.doubt = why
    return
  }
  const index = command.chain ?? 0
  const chain = block.chains.get(index) ?? newChain(block, index)
  block.chains.set(index, chain)
  chain.maybe.set(command.prio, why)
}

/** tc_new_tfilter() */
function newFilter(machine: Machine, command: FilterCommand, reached: Reached): number | null {
  const create = command.verb !== 'change'
  if (command.prio === 0 && !create)
    refuse({
      id: 'no-priority',
      text: 'A change must name the priority.',
      where: 'tc_new_tfilter()',
      errno: 'ENOENT',
      says: 'Invalid filter command with priority of zero',
    })
  const place = findPlace(machine, command.place)
  reached.block = place.block
  const index = command.chain ?? 0
  checkChainIndex(index)
  const chain = place.block.chains.get(index) ?? newChain(place.block, index)
  const found = command.prio === 0 ? null : findTp(chain, command.prio, command.protocol)
  const prio = command.prio === 0 ? choosePrio(chain) : command.prio
  const tp = found ?? createTp(machine, chain, prio, command)
  let changed: Changed | null = null
  try {
    changed = insert(tp, place, command, create)
    return command.prio === 0 ? prio : null
  } finally {
    // A priority that this request made goes again when the request fails.
    if (changed === null && found === null) {
      destroyTp(tp)
      dropIfUnused(chain)
    }
  }
}

/** tcf_chain_tp_find(): null: there is none of that priority. */
function findTp(chain: Chain, prio: number, protocol: number): Tp | null {
  const maybe = chain.maybe.get(prio)
  if (maybe !== undefined) undecided('not-known', maybe)
  const tp = chain.tps.get(prio)
  if (tp === undefined) return null
  if (protocol !== 0 && tp.protocol !== protocol)
    refuse({
      id: 'protocol-mismatch',
      text: `Priority ${prio} holds filters for protocol ${protocolName(tp.protocol)}; a priority holds one protocol, and ${protocolName(protocol)} is another.`,
      where: 'tcf_chain_tp_find()',
      errno: 'EINVAL',
      says: MISS,
      saysNow: 'Protocol mismatch for filter with specified priority',
    })
  return tp
}

/** tcf_auto_prio(): one below the lowest from 0x8001 on, or 0xc000. */
function choosePrio(chain: Chain): number {
  for (const [prio, why] of chain.maybe) if (prio >= FIRST_AUTOMATIC) undecided('not-known', why)
  const lowest = chain.high.least((prio) => chain.tps.has(prio))
  if (lowest !== FIRST_AUTOMATIC) return lowest === null ? LAST_AUTOMATIC : lowest - 1
  return refuse({
    id: 'priorities-exhausted',
    text: `Priority ${FIRST_AUTOMATIC} is taken, below which the kernel chooses none.`,
    where: 'tcf_chain_tp_find()',
    errno: 'ENOSPC',
    errnoBefore: 'EINVAL',
    says: MISS,
    saysNow: 'Lowest ID from auto-alloc range already in use',
  })
}

function createTp(machine: Machine, chain: Chain, prio: number, {kind, protocol, verb}: FilterCommand): Tp {
  const where = 'tc_new_tfilter()'
  if (chain.flushing)
    undecided(
      'chain-being-flushed',
      `Chain ${chain.index} was made with "tc chain add" and emptied since; the kernel tries to add a filter to it again and again.`,
    )
  if (kind === null || protocol === 0)
    return refuse({
      id: 'kind-or-protocol-missing',
      text: 'A new priority needs a kind and a protocol.',
      where,
      errno: 'EINVAL',
      says: 'Filter kind and protocol must be specified',
    })
  if (verb === 'change') notThere(`There is no filter with priority ${prio}.`)
  findClassifier(machine, kind)
  const tp: Tp = {chain, prio, protocol, kind, filters: new Map(), keys: new Map(), next: {hint: 1}, root: null}
  if (kind === 'u32') {
    const common = u32Common(chain.block, true)
    if (common !== null) initU32(tp, common)
  }
  chain.block.chains.set(chain.index, chain)
  chain.tps.set(prio, tp)
  if (chain.block.ofClass && chain.block.qdisc !== null) chain.block.qdisc.classTps += 1
  if (prio >= FIRST_AUTOMATIC) chain.high.push(prio)
  return tp
}

function notThere(text: string): never {
  return refuse({
    id: 'nothing-to-change',
    text,
    where: 'tc_new_tfilter()',
    errno: 'ENOENT',
    says: 'Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter',
  })
}

function insert(tp: Tp, place: Place, command: FilterCommand, create: boolean): Changed {
  const where = 'tc_new_tfilter()'
  checkKind(tp, command.kind, where)
  const found = findFilter(tp, command.handle)
  if (found === null && !create) notThere('There is no filter with that handle.')
  if (found !== null && command.verb === 'add')
    refuse({
      id: 'filter-exists',
      text: 'A filter has that handle.',
      where,
      errno: 'EEXIST',
      says: 'Filter already exists',
    })
  const {template} = tp.chain
  if (template !== null && template !== tp.kind)
    refuse({
      id: 'template-mismatch',
      text: `The chain's template is one of ${template}.`,
      where,
      errno: 'EINVAL',
      says: 'Chain template is set to a different filter kind',
    })
  return changeFilters(tp, place, command, found)
}

function checkKind(tp: Tp, kind: string | null, where: string): void {
  if (kind !== null && kind !== tp.kind)
    refuse({
      id: 'kind-mismatch',
      text: `Priority ${tp.prio} holds filters of kind ${tp.kind}; a priority holds one kind, and ${kind} is another.`,
      where,
      errno: 'EINVAL',
      says: 'Specified filter kind does not match existing one',
    })
}

/** tc_del_tfilter() */
function deleteFilters(machine: Machine, command: FilterCommand, reached: Reached): void {
  const {prio, protocol, handle, kind} = command
  const where = 'tc_del_tfilter()'
  if (prio === 0 && (protocol !== 0 || handle !== 0 || kind !== null))
    refuse({
      id: 'flush-with-more',
      text: 'Without a priority all filters of the chain go, so nothing else may be named.',
      where,
      errno: 'ENOENT',
      says: 'Cannot flush filters with protocol, handle or kind set',
    })
  const {block} = findPlace(machine, command.place)
  reached.block = block
  const index = command.chain ?? 0
  checkChainIndex(index)
  const chain = block.chains.get(index)
  if (chain === undefined) {
    if (prio === 0) return
    refuse({
      id: 'no-such-chain',
      text: `There is no filter in chain ${index}.`,
      where,
      errno: 'ENOENT',
      says: 'Cannot find specified filter chain',
    })
  }
  if (prio === 0) {
    flush(chain)
    dropIfUnused(chain)
    return
  }
  const tp = findTp(chain, prio, protocol)
  if (tp === null) {
    for (const why of chain.maybe.values()) if (chain.tps.size === 0 && !chain.explicit) undecided('not-known', why)
    refuse({
      id: 'no-such-priority',
      text: `There is no filter with priority ${prio}.`,
      where,
      errno: 'ENOENT',
      says: MISS,
    })
  }
  checkKind(tp, kind, where)
  if (handle === 0 || deleteOne(tp, handle)) destroyTp(tp)
  dropIfUnused(chain)
}

function deleteOne(tp: Tp, handle: number): boolean {
  const found = findFilter(tp, handle)
  if (found === null)
    return refuse({
      id: 'no-such-handle',
      text: 'There is no filter with that handle.',
      where: 'tc_del_tfilter()',
      errno: 'ENOENT',
      says: 'Specified filter handle not found',
    })
  return deleteFilter(tp, found)
}
