import {qdiscKind} from './kinds.js'
import {lookupQdisc, type Machine} from './machine.js'
import {refuse, undecided} from './refusal.js'
import type {Block, Class, Device, Qdisc} from './tables.js'
import {CLSACT_EGRESS, CLSACT_INGRESS, type FilterPlace} from './types.js'

export interface Place {
  readonly block: Block
  /** null: of a shared block, to which no class is bound. */
  readonly qdisc: Qdisc | null
}

/** tcf_block_find(): the block that a filter or chain is asked for. */
export function findPlace(machine: Machine, place: FilterPlace): Place {
  if (machine.doubt !== null && place.on !== 'dev') undecided('not-known', machine.doubt)
  if (place.on === 'block') {
    const block = machine.blocks.get(place.index)
    if (block === undefined)
      return refuse({
        id: 'no-such-block',
        text: `No queueing discipline shares a block ${place.index}.`,
        where: '__tcf_block_find()',
        errno: 'EINVAL',
        says: 'Block of given index was not found',
      })
    if (block.doubt !== null) undecided('not-known', block.doubt)
    return {block, qdisc: null}
  }
  const device = place.on === 'dev' ? findDevice(machine, place.dev) : noDevice('__tcf_qdisc_find()')
  const qdisc = parentOf(device, place.parent)
  const kind = kindOf(qdisc)
  const where = '__tcf_qdisc_find()'
  if (!kind.classful)
    refuse({
      id: 'not-classful',
      text: `${qdisc.kind} has no classes and takes no filters.`,
      where,
      errno: 'EINVAL',
      says: 'Qdisc not classful',
    })
  if (kind.filters === 'none')
    refuse({
      id: 'no-blocks',
      text: `${qdisc.kind} takes no filters.`,
      where,
      errno: 'EOPNOTSUPP',
      says: "Class doesn't support blocks",
    })
  const block = blockOf(qdisc, place.parent % 0x10000)
  if (block.index !== 0)
    refuse({
      id: 'block-is-shared',
      text: `The block is shared, so its filters are reached by "block ${block.index}" alone.`,
      where: '__tcf_block_find()',
      errno: 'EOPNOTSUPP',
      says: 'This filter block is shared. Please use the block index to manipulate the filters',
    })
  if (block.doubt !== null) undecided('not-known', block.doubt)
  if (device.filterDoubt.since > block.born) undecided('not-known', device.filterDoubt.why)
  return {block, qdisc}
}

/** Refuses where tc or the kernel does: no device of that name. */
export function findDevice(machine: Machine, name: string): Device {
  return machine.device(name)
}

export function noDevice(where: string): never {
  return refuse({id: 'no-device', text: 'The command names no device.', where, errno: 'ENODEV'})
}

function parentOf(device: Device, parent: number): Qdisc {
  if (parent === 0) {
    if (device.rootDoubt !== null) undecided('not-known', device.rootDoubt)
    return device.root
  }
  return (
    lookupQdisc(device, parent) ??
    refuse({
      id: 'no-such-qdisc',
      text: `${device.name} has no queueing discipline ${Math.floor(parent / 0x10000).toString(16)}:.`,
      where: '__tcf_qdisc_find()',
      errno: 'EINVAL',
      says: "Parent Qdisc doesn't exists",
    })
  )
}

export function kindOf(qdisc: Qdisc): NonNullable<ReturnType<typeof qdiscKind>> {
  if (qdisc.kind === null)
    return undecided('default-qdisc', `Which queueing discipline ${qdisc.device.name} has by default is not known.`)
  const kind = qdiscKind(qdisc.kind)
  return kind ?? undecided('unknown-kind', `What ${qdisc.kind} does with classes and filters is not known.`)
}

/** __tcf_qdisc_cl_find() and tcf_block() of the kinds. */
function blockOf(qdisc: Qdisc, minor: number): Block {
  const noBlock = (): never =>
    refuse({
      id: 'no-block-there',
      text: `${qdisc.kind} takes filters elsewhere than there.`,
      where: `${qdisc.kind}_tcf_block()`,
      errno: 'EINVAL',
    })
  if (qdisc.kind === 'clsact') {
    if (minor === CLSACT_INGRESS % 0x10000) return must(qdisc.block)
    if (minor === CLSACT_EGRESS % 0x10000) return must(qdisc.egress)
    return minor === 0 ? noBlock() : noClass(qdisc, minor)
  }
  if (minor === 0 || qdisc.kind === 'ingress') return must(qdisc.block)
  const found = findClass(qdisc, minor)
  if (found === null) return noClass(qdisc, minor)
  return typeof found === 'number' || found.block === null ? noBlock() : found.block
}

function must(block: Block | null): Block {
  if (block === null) throw new Error('a discipline that takes filters has a block')
  return block
}

function noClass(qdisc: Qdisc, minor: number): never {
  return refuse({
    id: 'no-such-class',
    text: `The class ${qdisc.automatic ? '' : Math.floor(qdisc.handle / 0x10000).toString(16)}:${minor.toString(16)} does not exist.`,
    where: '__tcf_qdisc_cl_find()',
    errno: 'ENOENT',
    says: "Specified class doesn't exist",
  })
}

/** cops->find(): a class that was made, the number of one that always is, or null. */
export function findClass(qdisc: Qdisc, minor: number): Class | number | null {
  const {classes} = kindOf(qdisc)
  switch (classes) {
    case 'made':
      if (qdisc.device.classDoubt.since > qdisc.born) undecided('not-known', qdisc.device.classDoubt.why)
      return qdisc.classes.get(minor) ?? null
    case 'one':
      return 1
    case 'none':
      return null
    case 'bands': {
      if (qdisc.bands === null) return undecided('bands', `How many bands ${qdisc.kind} has is not known.`)
      return minor >= 1 && minor <= qdisc.bands ? minor : null
    }
    case 'unknown':
      return undecided('unknown-classes', `Which classes ${qdisc.kind} has is not told here.`)
  }
}
