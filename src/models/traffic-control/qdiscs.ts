import {destroyBlock} from './chains.js'
import {qdiscKind} from './kinds.js'
import {lookupQdisc, type Machine} from './machine.js'
import {findClass, kindOf, noDevice} from './place.js'
import {refuse, Undecided, undecided} from './refusal.js'
import {type Class, type Device, newBlock, newQdisc, type Qdisc} from './tables.js'
import {INGRESS, type QdiscCommand, ROOT} from './types.js'

const MAJOR = 0x10000
const majorOf = (handle: number): number => Math.floor(handle / MAJOR)

/** tc_modify_qdisc() and tc_get_qdisc() (net/sched/sch_api.c). */
export function changeQdisc(machine: Machine, command: QdiscCommand): void {
  const device = command.dev === null || command.dev === '' ? noDevice('tc_modify_qdisc()') : machine.device(command.dev)
  try {
    if (command.verb === 'delete') deleteQdisc(machine, device, command)
    else modifyQdisc(machine, device, command)
  } catch (error) {
    if (error instanceof Undecided) doubt(machine, device, command, error.text)
    throw error
  }
}

/** What is not known any more. After a deletion at the root nothing is left there, whether it was taken or not. */
function doubt(machine: Machine, device: Device, {verb, parent, handle, kind}: QdiscCommand, why: string): void {
  const plain = verb === 'delete' && handle === 0 && kind === null
  if (parent === ROOT && plain) return replaceRoot(machine, device, machine.defaultRoot(device))
  if (parent === ROOT) device.rootDoubt = why
  else if (majorOf(parent) === 0xffff || majorOf(handle) === 0xffff) device.ingressDoubt = why
  else device.rootDoubt = why
}

/** Where the parent lies, and what is there now. */
interface Spot {
  /** null: of the device itself. */
  readonly parent: Qdisc | null
  readonly current: Qdisc | null
}

function spotOf(device: Device, parent: number, missing: () => never): Spot {
  if (parent === ROOT) {
    if (device.rootDoubt !== null) undecided('not-known', device.rootDoubt)
    return {parent: null, current: device.root}
  }
  if (parent === INGRESS) {
    if (device.ingressDoubt !== null) undecided('not-known', device.ingressDoubt)
    return {parent: null, current: device.ingress}
  }
  const above = lookupQdisc(device, parent) ?? missing()
  return {parent: above, current: leafOf(above, parent % MAJOR)}
}

/** qdisc_leaf(). null: nothing but the default, or an inner class. */
function leafOf(qdisc: Qdisc, minor: number): Qdisc | null {
  if (!kindOf(qdisc).classful)
    refuse({id: 'not-classful', text: `${qdisc.kind} has no classes.`, where: 'qdisc_leaf()', errno: 'EOPNOTSUPP', says: 'Parent qdisc is not classful'})
  const found = classAt(qdisc, minor)
  if (found === null)
    return refuse({id: 'no-such-class', text: `There is no class ${minor.toString(16)} there.`, where: 'qdisc_leaf()', errno: 'ENOENT', says: 'Specified class not found'})
  if (typeof found !== 'number') return found.leaf
  return qdisc.kind === 'prio' ? (qdisc.bandChildren.get(found) ?? null) : qdisc.child
}

function classAt(qdisc: Qdisc, minor: number): Class | number | null {
  if (qdisc.kind === 'ingress') return minor + 1
  if (qdisc.kind === 'clsact') return minor === 0xfff2 || minor === 0xfff3 ? minor : null
  return findClass(qdisc, minor)
}

function modifyQdisc(machine: Machine, device: Device, command: QdiscCommand): void {
  const {parent, handle, kind, verb} = command
  const where = 'tc_modify_qdisc()'
  if (parent === 0) {
    if (handle === 0)
      refuse({id: 'no-handle', text: 'Without a parent the handle must be named.', where, errno: 'EINVAL', says: 'Handle cannot be zero'})
    return changeExisting(lookupQdisc(device, handle), command)
  }
  const spot = spotOf(device, parent, () =>
    refuse({id: 'no-such-qdisc', text: 'The parent does not exist.', where, errno: 'ENOENT', says: 'Failed to find specified qdisc'}),
  )
  if (parent === INGRESS) device.ingressQueue = true
  const current = spot.current !== null && (spot.current.automatic || spot.current.handle !== 0) ? spot.current : null
  const same = current !== null && !current.automatic && current.handle === handle
  if (handle !== 0 && !same) {
    if (current !== null && handle >= 0x80000000 && current.automatic && majorOf(handle) !== 0xffff)
      undecided('automatic-handle', 'The queueing discipline there has a handle that the kernel chose, which may be this.')
    if (current !== null && verb !== 'replace' && verb !== 'link')
      refuse({id: 'qdisc-exists', text: 'Another queueing discipline is there, and the command does not replace.', where, errno: 'EEXIST', says: 'NLM_F_REPLACE needed to override'})
    const other = lookupQdisc(device, handle)
    if (other === null) return create(machine, device, command, spot, verb === 'add' || verb === 'replace')
    if (other.parent !== parent)
      refuse({id: 'qdisc-elsewhere', text: 'The queueing discipline of that handle hangs elsewhere.', where, errno: 'EINVAL', says: 'Cannot move an existing qdisc to a different parent'})
    return undecided('same-handle', 'Two queueing disciplines would have one handle.')
  }
  if (current === null) return create(machine, device, command, spot, verb === 'add' || verb === 'replace')
  const otherKind = kind !== null && kind !== current.kind
  if (handle === 0 && otherKind && verb !== 'link') return create(machine, device, command, spot, true)
  return changeExisting(current, command)
}

/** qdisc_change() */
function changeExisting(qdisc: Qdisc | null, {verb, kind, options, ingressBlock, egressBlock}: QdiscCommand): void {
  const where = 'tc_modify_qdisc()'
  if (qdisc === null)
    return refuse({id: 'no-such-qdisc', text: 'There is no such queueing discipline.', where, errno: 'ENOENT', says: 'Specified qdisc not found'})
  if (verb === 'add')
    refuse({id: 'qdisc-exists', text: 'A queueing discipline is there.', where, errno: 'EEXIST', says: 'Exclusivity flag on, cannot modify'})
  if (kind !== null && qdisc.kind !== kind)
    refuse({id: 'qdisc-kind-mismatch', text: `The queueing discipline there is of kind ${qdisc.kind}.`, where, errno: 'EINVAL', says: 'Invalid qdisc name', saysNow: 'Invalid qdisc name: must match existing qdisc'})
  if (!options.sent) return
  if (!kindOf(qdisc).change)
    refuse({id: 'no-change', text: `${qdisc.kind} takes no changes.`, where: 'qdisc_change()', errno: 'EINVAL', says: 'Change operation not supported by specified qdisc'})
  if (ingressBlock !== 0 || egressBlock !== 0)
    refuse({id: 'block-change', text: 'Blocks cannot be changed.', where: 'qdisc_change()', errno: 'EOPNOTSUPP', says: 'Change of blocks is not supported'})
  if (options.bands !== null) qdisc.bands = options.bands
}

/** qdisc_create() and qdisc_graft(). */
function create(machine: Machine, device: Device, command: QdiscCommand, spot: Spot, allowed: boolean): void {
  const {parent, kind, options, ingressBlock, egressBlock} = command
  const create = 'qdisc_create()'
  if (!allowed)
    refuse({id: 'no-such-qdisc', text: 'There is no queueing discipline there, and the command does not create one.', where: 'tc_modify_qdisc()', errno: 'ENOENT', says: 'Qdisc not found. To create specify NLM_F_CREATE flag'})
  const unknown = (): never =>
    refuse({id: 'no-qdisc-kind', text: kind === null ? 'The command names no kind.' : `The kernel has no queueing discipline ${kind}.`, where: create, errno: 'ENOENT', says: 'Specified qdisc kind is unknown'})
  if (kind === null) return unknown()
  const known = machine.options.qdiscs
  if (known !== undefined && !known.has(kind)) unknown()
  const rule = qdiscKind(kind)
  if (rule === null) return undecided('unknown-kind', `${kind} is no queueing discipline of Linux that is known here.`)
  const onIngress = kind === 'ingress' || kind === 'clsact'
  if (parent === INGRESS && !onIngress)
    refuse({id: 'ingress-only', text: 'Only ingress and clsact lie there.', where: create, errno: 'EINVAL', says: 'Specified parent ID is reserved for ingress and clsact Qdiscs'})
  const unshared = (side: string): never =>
    refuse({id: 'no-shared-block', text: `${kind} shares no block for ${side.toLowerCase()}.`, where: 'qdisc_block_indexes_set()', errno: 'EOPNOTSUPP', says: `${side} block sharing is not supported`})
  if (ingressBlock !== 0 && !onIngress) unshared('Ingress')
  if (egressBlock !== 0 && kind !== 'clsact') unshared('Egress')
  if (ingressBlock !== 0 && ingressBlock === egressBlock)
    undecided('block-twice', 'Whether a device may share one block on both sides depends on the kernel.')
  if (parent !== INGRESS && onIngress)
    refuse({id: 'ingress-elsewhere', text: `${kind} lies at the ingress alone.`, where: `${kind}_init()`, errno: 'EOPNOTSUPP'})
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
function graft(machine: Machine, device: Device, command: QdiscCommand, {parent}: Spot, made: Qdisc | null): void {
  if (command.parent === ROOT) return replaceRoot(machine, device, made ?? machine.defaultRoot(device))
  if (parent === null) {
    if (device.ingress !== null) destroyQdisc(machine, device.ingress)
    device.ingress = made
    return
  }
  const minor = command.parent % MAJOR
  const found = classAt(parent, minor)
  if (parent.kind === 'ingress' || parent.kind === 'clsact')
    refuse({id: 'no-graft', text: `${parent.kind} has no place for others.`, where: 'qdisc_graft()', errno: 'EOPNOTSUPP'})
  if (made?.kind === 'noqueue')
    refuse({id: 'noqueue-below', text: 'noqueue lies at the root alone.', where: 'qdisc_graft()', errno: 'EINVAL', says: 'Cannot assign noqueue to a class'})
  if (made !== null && parent.depth >= DEEPEST) undecided('too-deep', 'How deep queueing disciplines may lie depends on the kernel.')
  if (typeof found === 'object' && found !== null && found.level > 0)
    refuse({id: 'inner-class', text: 'The class has classes below it and no queue of its own.', where: 'htb_graft()', errno: 'EINVAL'})
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

function replaceRoot(machine: Machine, device: Device, made: Qdisc): void {
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

/** tc_get_qdisc() */
function deleteQdisc(machine: Machine, device: Device, command: QdiscCommand): void {
  const {parent, handle, kind} = command
  const where = 'tc_get_qdisc()'
  const nothing = (says: string): never =>
    refuse({id: 'no-such-qdisc', text: 'There is no such queueing discipline.', where, errno: 'ENOENT', says})
  const atIngress = majorOf(parent) === 0xffff && parent !== ROOT
  let spot: Spot = {parent: null, current: null}
  if (parent === 0) spot = {parent: null, current: lookupQdisc(device, handle) ?? nothing('Failed to find qdisc with specified handle')}
  else {
    spot = spotOf(device, atIngress ? INGRESS : parent, () => nothing('Failed to find qdisc with specified classid'))
    if (atIngress && spot.current === null && device.ingressQueue === false)
      nothing('Cannot find specified qdisc on specified device')
    if (spot.parent !== null && spot.current === null && isInner(spot.parent, parent % MAJOR))
      nothing('Cannot find specified qdisc on specified device')
  }
  const {current} = spot
  if (current?.automatic === true && handle >= 0x80000000)
    undecided('automatic-handle', 'The queueing discipline there has a handle that the kernel chose, which may be this.')
  const real = current?.automatic === true ? -1 : (current?.handle ?? 0)
  if (parent !== 0 && handle !== 0 && real !== handle)
    refuse({id: 'qdisc-handle-mismatch', text: 'The queueing discipline there has another handle.', where, errno: 'EINVAL', says: 'Invalid handle'})
  const kindThere = current === null ? defaultKind(spot, atIngress) : current.kind
  if (kind !== null && kindThere !== kind) {
    if (kindThere === null) undecided('default-qdisc', `Which queueing discipline ${device.name} has by default is not known.`)
    refuse({id: 'qdisc-kind-mismatch', text: `The queueing discipline there is of kind ${kindThere}.`, where, errno: 'EINVAL', says: 'Invalid qdisc name', saysNow: 'Invalid qdisc name: must match existing qdisc'})
  }
  if (parent === 0)
    refuse({id: 'no-parent', text: 'A deletion names the parent.', where, errno: 'EINVAL', says: 'Classid cannot be zero'})
  if (real === 0)
    refuse({id: 'default-qdisc', text: 'Nothing but the default is there, which cannot be deleted.', where, errno: 'ENOENT', says: 'Cannot delete qdisc with handle of zero'})
  graft(machine, device, {...command, parent: atIngress ? INGRESS : parent}, spot, null)
}

function isInner(qdisc: Qdisc, minor: number): boolean {
  const found = classAt(qdisc, minor)
  return typeof found === 'object' && found !== null && found.level > 0
}

/** Kind of what the kernel puts where nothing was put: noop at the ingress, a fifo below htb and tbf. */
function defaultKind({parent}: Spot, atIngress: boolean): string | null {
  if (atIngress) return 'noop'
  if (parent === null) return null
  return parent.kind === 'htb' ? 'pfifo' : null
}
