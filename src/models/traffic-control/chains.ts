import {CLASSIFIERS} from './kinds.js'
import type {Machine} from './machine.js'
import {findPlace} from './place.js'
import {refuse, undecided} from './refusal.js'
import {type Block, type Chain, type Filter, newChain, type Qdisc, type Tp, type U32Common} from './tables.js'
import type {ChainCommand} from './types.js'
import {destroyU32} from './u32.js'

/** TC_ACT_EXT_VAL_MASK */
const HIGHEST_CHAIN = 0x0fffffff

export function checkChainIndex(index: number): void {
  if (index > HIGHEST_CHAIN)
    refuse({
      id: 'chain-too-high',
      text: `Chains are numbered up to ${HIGHEST_CHAIN}.`,
      where: 'tc_new_tfilter()',
      errno: 'EINVAL',
      says: 'Specified chain index exceeds upper limit',
    })
}

/** tcf_chain_put(): a chain that nothing refers to is no more. */
export function dropIfUnused(chain: Chain): void {
  if (chain.tps.size > 0 || chain.explicit || chain.maybe.size > 0) return
  chain.flushing = false
  if (chain.actions === 0) chain.block.chains.delete(chain.index)
}

/** tcf_chain_flush() */
export function flush(chain: Chain): void {
  for (const tp of [...chain.tps.values()]) destroyTp(tp)
  chain.maybe.clear()
  chain.flushing = true
}

/** Where u32 keeps what its priorities share: with the discipline, or with the shared block. */
const SHARED = new WeakMap<Block, U32Common>()

export function u32Common(block: Block, make: boolean): U32Common | null {
  const {qdisc} = block
  const known = qdisc === null ? SHARED.get(block) : qdisc.u32
  if (known) return known
  if (!make) return null
  const common: U32Common = {
    users: 0,
    knodes: 0,
    tables: new Map(),
    ids: new Set(),
    lowIds: 0,
    nextId: 1,
    manual: false,
    uncertain: false,
  }
  if (qdisc === null) SHARED.set(block, common)
  else qdisc.u32 = common
  return common
}

/** tcf_proto_destroy() and what leaves the chain with it. */
export function destroyTp(tp: Tp): void {
  const {chain} = tp
  chain.tps.delete(tp.prio)
  if (chain.block.ofClass && chain.block.qdisc !== null) chain.block.qdisc.classTps -= 1
  if (tp.root !== null) {
    const common = u32Common(chain.block, false)
    if (common === null) throw new Error('u32 filters have something in common')
    destroyU32(tp, common, forget)
    if (common.users === 0) {
      if (chain.block.qdisc !== null) chain.block.qdisc.u32 = null
      else SHARED.delete(chain.block)
    }
  }
  for (const filter of tp.filters.values()) forget(filter)
}

/** What a filter held: its class, and the chains that its actions go to. */
export function forget(filter: Filter): void {
  unbind(filter)
  for (const chain of filter.gotoChains) {
    chain.actions -= 1
    dropIfUnused(chain)
  }
  filter.gotoChains = []
}

/** tcf_unbind_filter() */
export function unbind(filter: Filter): void {
  if (filter.bound !== null) filter.bound.bound -= 1
  filter.bound = null
}

/** tcf_bind_filter(): a class that does not exist binds nothing, and is no error. */
export function bind(filter: Filter, qdisc: Qdisc | null): void {
  unbind(filter)
  if (qdisc === null || qdisc.automatic || filter.classId === null) return
  if (Math.floor(filter.classId / 0x10000) * 0x10000 !== qdisc.handle) return
  const found = qdisc.classes.get(filter.classId % 0x10000)
  if (found === undefined) return
  found.bound += 1
  filter.bound = found
}

/** __tcf_block_put() of the last owner. */
export function destroyBlock(block: Block): void {
  for (const chain of [...block.chains.values()]) flush(chain)
  block.chains.clear()
}

/** tc_ctl_chain() */
export function changeChain(machine: Machine, command: ChainCommand): void {
  const {block} = findPlace(machine, command.place)
  const index = command.chain ?? 0
  checkChainIndex(index)
  const known = block.chains.get(index)
  const visible = known !== undefined && (known.tps.size > 0 || known.explicit)
  const maybe = known?.maybe.values().next().value
  if (!visible && maybe !== undefined) undecided('not-known', maybe)
  const where = 'tc_ctl_chain()'
  if (command.verb === 'delete') {
    if (known === undefined || !visible)
      refuse({
        id: 'no-such-chain',
        text: `There is no chain ${index}.`,
        where,
        errno: 'EINVAL',
        says: 'Cannot find specified filter chain',
      })
    flush(known)
    known.explicit = false
    known.template = null
    dropIfUnused(known)
    return
  }
  if (visible)
    refuse({
      id: 'chain-exists',
      text: `Chain ${index} exists.`,
      where,
      errno: 'EEXIST',
      says: 'Filter chain already exists',
    })
  if (command.kind !== null) checkTemplate(machine, command.kind)
  const chain = known ?? newChain(block, index)
  block.chains.set(index, chain)
  chain.explicit = true
  chain.template = command.kind
}

/** tc_chain_tmplt_add() */
function checkTemplate(machine: Machine, kind: string): void {
  findClassifier(machine, kind)
  if (kind !== 'flower')
    refuse({
      id: 'no-templates',
      text: `${kind} has no templates.`,
      where: 'tc_chain_tmplt_add()',
      errno: 'EOPNOTSUPP',
      says: 'Chain templates are not supported with specified classifier',
    })
}

/** tcf_proto_lookup_ops() */
export function findClassifier(machine: Machine, kind: string): void {
  const {classifiers} = machine.options
  if ((classifiers ?? CLASSIFIERS).has(kind)) return
  if (classifiers === undefined && !CLASSIFIERS.has(kind))
    undecided('unknown-kind', `${kind} is no classifier of Linux that is known here.`)
  refuse({
    id: 'no-classifier',
    text: `The kernel has no classifier ${kind}.`,
    where: 'tcf_proto_lookup_ops()',
    errno: 'ENOENT',
    says: 'TC classifier not found',
  })
}
