import {destroyBlock} from './chains.js'
import {qdiscKind} from './kinds.js'
import type {Machine} from './machine.js'
import {refuse, undecided} from './refusal.js'
import {classAt, leafOf, type Spot} from './spot.js'
import {type Device, newBlock, newQdisc, type Qdisc} from './tables.js'
import {INGRESS, type QdiscCommand, ROOT} from './types.js'

const MAJOR = 0x10000
const majorOf = (handle: number): number => Math.floor(handle / MAJOR)

/** qdisc_create() and qdisc_graft(). */
export function createQdisc(
  machine: Machine,
  device: Device,
  command: QdiscCommand,
  spot: Spot,
  allowed: boolean,
): void {
  const {parent, kind, options, ingressBlock, egressBlock} = command
  const where = 'qdisc_create()'
  if (!allowed)
    refuse({
      id: 'no-such-qdisc',
      text: 'There is no queueing discipline there, and the command does not create one.',
      where: 'tc_modify_qdisc()',
      errno: 'ENOENT',
      says: 'Qdisc not found. To create specify NLM_F_CREATE flag',
    })
  const unknown: () => never = () =>
    refuse({
      id: 'no-qdisc-kind',
      text: kind === null ? 'The command names no kind.' : `The kernel has no queueing discipline ${kind}.`,
      where,
      errno: 'ENOENT',
      says: 'Specified qdisc kind is unknown',
    })
  if (kind === null) unknown()
  const known = machine.options.qdiscs
  if (known !== undefined && !known.has(kind)) unknown()
  const rule = qdiscKind(kind)
  if (rule === null) undecided('unknown-kind', `${kind} is no queueing discipline of Linux that is known here.`)
  const onIngress = kind === 'ingress' || kind === 'clsact'
  if (parent === INGRESS && !onIngress)
    refuse({
      id: 'ingress-only',
      text: 'Only ingress and clsact lie there.',
      where,
      errno: 'EINVAL',
      says: 'Specified parent ID is reserved for ingress and clsact Qdiscs',
    })
  const unshared = (side: string): never =>
    refuse({
      id: 'no-shared-block',
      text: `${kind} shares no block for ${side.toLowerCase()}.`,
      where: 'qdisc_block_indexes_set()',
      errno: 'EOPNOTSUPP',
      says: `${side} block sharing is not supported`,
    })
  if (ingressBlock !== 0 && !onIngress) unshared('Ingress')
  if (egressBlock !== 0 && kind !== 'clsact') unshared('Egress')
  if (ingressBlock !== 0 && ingressBlock === egressBlock)
    undecided('block-twice', 'Whether a device may share one block on both sides depends on the kernel.')
  if (parent !== INGRESS && onIngress)
    refuse({
      id: 'ingress-elsewhere',
      text: `${kind} lies at the ingress alone.`,
      where: `${kind}_init()`,
      errno: 'EOPNOTSUPP',
    })
  if (rule.needsOptions === true && !options.sent)
    refuse({id: 'no-options', text: `${kind} needs options.`, where: `${kind}_init()`, errno: 'EINVAL'})
  const made = newQdisc(device, {
    kind,
    handle: parent === INGRESS ? 0xffff0000 : command.handle,
    automatic: parent !== INGRESS && command.handle === 0,
    parent,
    born: machine.now,
  })
  made.defaultClass = options.defaultClass
  made.bands = options.bands
  graft(machine, device, command, spot, made)
  attachBlocks(machine, made, ingressBlock, egressBlock)
}

function attachBlocks(machine: Machine, qdisc: Qdisc, ingressBlock: number, egressBlock: number): void {
  const block = (index: number) => {
    if (index === 0) return newBlock(0, qdisc, machine.now)
    const shared = machine.blocks.get(index)
    if (shared !== undefined) {
      shared.owners += 1
      return shared
    }
    const made = newBlock(index, null, machine.now)
    machine.blocks.set(index, made)
    return made
  }
  if ((qdiscKind(qdisc.kind ?? '')?.filters ?? 'none') !== 'none') qdisc.block = block(ingressBlock)
  if (qdisc.kind === 'clsact') qdisc.egress = block(egressBlock)
}

const DEEPEST = 7

/** qdisc_graft(): null takes away what is there. */
export function graft(
  machine: Machine,
  device: Device,
  command: QdiscCommand,
  {parent}: Spot,
  made: Qdisc | null,
): void {
  if (command.parent === ROOT) {
    replaceRoot(machine, device, made ?? machine.defaultRoot(device))
    return
  }
  if (parent === null) {
    if (device.ingress !== null) destroyQdisc(machine, device.ingress)
    device.ingress = made
    return
  }
  const minor = command.parent % MAJOR
  const found = classAt(parent, minor)
  if (parent.kind === 'ingress' || parent.kind === 'clsact')
    refuse({
      id: 'no-graft',
      text: `${parent.kind} has no place for others.`,
      where: 'qdisc_graft()',
      errno: 'EOPNOTSUPP',
    })
  if (made?.kind === 'noqueue')
    refuse({
      id: 'noqueue-below',
      text: 'noqueue lies at the root alone.',
      where: 'qdisc_graft()',
      errno: 'EINVAL',
      says: 'Cannot assign noqueue to a class',
    })
  if (made !== null && parent.depth >= DEEPEST)
    undecided('too-deep', 'How deep queueing disciplines may lie depends on the kernel.')
  if (typeof found === 'object' && found !== null && found.level > 0)
    refuse({
      id: 'inner-class',
      text: 'The class has classes below it and no queue of its own.',
      where: 'htb_graft()',
      errno: 'EINVAL',
    })
  const old = leafOf(parent, minor)
  if (old !== null) destroyQdisc(machine, old)
  if (typeof found === 'object' && found !== null) found.leaf = made
  else if (parent.kind === 'prio' && found !== null) {
    if (made === null) parent.bandChildren.delete(found)
    else parent.bandChildren.set(found, made)
  } else parent.child = made
  if (made !== null) {
    made.depth = parent.depth + 1
    register(device, made)
  }
}

function register(device: Device, qdisc: Qdisc): void {
  if (qdisc.automatic) device.automatic += 1
  else if (qdisc.handle !== 0) device.byMajor.set(majorOf(qdisc.handle), qdisc)
}

export function replaceRoot(machine: Machine, device: Device, made: Qdisc): void {
  if (device.rootDoubt === null) destroyQdisc(machine, device.root)
  device.byMajor.clear()
  device.automatic = 0
  device.rootDoubt = null
  device.root = made
  register(device, made)
}

/** qdisc_destroy(): with all that hangs below it. */
export function destroyQdisc(machine: Machine, qdisc: Qdisc): void {
  const {device} = qdisc
  const pending = [qdisc]
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (one.automatic) device.automatic -= 1
    else if (device.byMajor.get(majorOf(one.handle)) === one) device.byMajor.delete(majorOf(one.handle))
    for (const block of [one.block, one.egress]) {
      if (block === null) continue
      block.owners -= 1
      if (block.owners > 0) continue
      destroyBlock(block)
      if (block.index !== 0) machine.blocks.delete(block.index)
    }
    for (const of of one.classes.values()) if (of.leaf !== null) pending.push(of.leaf)
    for (const child of one.bandChildren.values()) pending.push(child)
    if (one.child !== null) pending.push(one.child)
  }
}
