import {bind, destroyBlock, unbind} from './chains.js'
import {destroyQdisc} from './graft.js'
import {lookupQdisc, type Machine, mayBeAutomatic} from './machine.js'
import {findClass, kindOf, noDevice} from './place.js'
import {refuse, Undecided, undecided} from './refusal.js'
import {type Class, type Device, type Filter, newBlock, type Qdisc} from './tables.js'
import {type ClassCommand, ROOT} from './types.js'

const MAJOR = 0x10000
/** TC_HTB_MAXDEPTH */
const DEEPEST = 8
const WHERE = 'tc_ctl_tclass()'

/** tc_ctl_tclass() (net/sched/sch_api.c). */
export function changeClass(machine: Machine, command: ClassCommand): void {
  const device = command.dev === null || command.dev === '' ? noDevice(WHERE) : machine.device(command.dev)
  try {
    change(machine, device, command)
  } catch (error) {
    if (error instanceof Undecided) device.classDoubt = {since: machine.now + 1, why: error.text}
    throw error
  }
}

function change(machine: Machine, device: Device, command: ClassCommand): void {
  const qdisc = qdiscOf(device, command)
  const {classes, classful} = kindOf(qdisc)
  if (!classful) refuse({id: 'not-classful', text: `${qdisc.kind} has no classes.`, where: WHERE, errno: 'EINVAL'})
  const {verb} = command
  const own = command.parent === ROOT && command.classId === 0
  const minor = command.classId % MAJOR
  const named = command.classId !== 0 || own
  const found = named ? lookup(qdisc, own ? 0 : minor) : null
  if (found === null) {
    if (verb === 'delete' || verb === 'change')
      refuse({id: 'no-such-class', text: 'The class does not exist.', where: WHERE, errno: 'ENOENT'})
  } else if (verb === 'delete') {
    deleteClass(machine, qdisc, found)
    return
  } else if (verb === 'add') refuse({id: 'class-exists', text: 'The class exists.', where: WHERE, errno: 'EEXIST'})
  if (command.classId === ROOT)
    refuse({
      id: 'class-of-root',
      text: 'No class may have that number.',
      where: WHERE,
      errno: 'EINVAL',
      says: 'Cannot create traffic class with classid TC_H_ROOT',
    })
  if (classes !== 'made') {
    if (qdisc.kind === 'ets' || classes === 'unknown')
      undecided('unknown-classes', `Which classes ${qdisc.kind} takes is not told here.`)
    refuse({
      id: 'fixed-classes',
      text: `Classes of ${qdisc.kind} are neither made nor changed.`,
      where: WHERE,
      errno: 'EOPNOTSUPP',
    })
  }
  const invalid = (id: string, text: string, says?: string): never =>
    refuse({id, text, where: 'htb_change_class()', errno: 'EINVAL', ...(says === undefined ? {} : {says})})
  if (!command.optionsSent) invalid('no-options', 'A class of htb needs a rate.')
  if (command.kind !== 'htb')
    undecided('foreign-options', `What htb makes of options of ${command.kind} is not told here.`)
  if (found !== null) return
  if (!named) invalid('no-class-number', 'A new class of htb needs a number.')
  makeClass(machine, qdisc, command, own ? 0 : minor)
}

function lookup(qdisc: Qdisc, minor: number): Class | number | null {
  if (qdisc.kind === 'ingress') return minor + 1
  if (qdisc.kind === 'clsact') return minor === 0xfff2 || minor === 0xfff3 ? minor : null
  return findClass(qdisc, minor)
}

/** Step 1 of tc_ctl_tclass(): the majors of the class and of its parent. */
function qdiscOf(device: Device, {parent, classId}: ClassCommand): Qdisc {
  const own = Math.floor(classId / MAJOR)
  const above = parent === ROOT ? 0 : Math.floor(parent / MAJOR)
  if (own !== 0 && above !== 0 && own !== above)
    refuse({
      id: 'majors-differ',
      text: 'The class and its parent lie in different queueing disciplines.',
      where: WHERE,
      errno: 'EINVAL',
    })
  const missing = (): never =>
    refuse({id: 'no-such-qdisc', text: 'There is no such queueing discipline.', where: WHERE, errno: 'ENOENT'})
  const major = own === 0 ? above : own
  if (major !== 0) return lookupQdisc(device, major * MAJOR) ?? missing()
  if (device.rootDoubt !== null) undecided('not-known', device.rootDoubt)
  // The default has the handle 0, by which none is found.
  return device.root.automatic || device.root.handle !== 0 ? device.root : missing()
}

/** htb_change_class() for a class that is new. A parent that does not exist makes it one of the top. */
function makeClass(machine: Machine, qdisc: Qdisc, command: ClassCommand, minor: number): void {
  const parent =
    command.parent === ROOT || command.parent === 0 ? null : (qdisc.classes.get(command.parent % MAJOR) ?? null)
  if (parent?.parent && parent.parent.level < 2)
    refuse({
      id: 'tree-too-deep',
      text: `htb has ${DEEPEST} levels of classes at most.`,
      where: 'htb_change_class()',
      errno: 'EINVAL',
      says: 'sch_htb: tree is too deep',
    })
  const made: Class = {
    minor,
    qdisc,
    parent,
    level: 0,
    children: 0,
    bound: 0,
    block: newBlock(0, qdisc, machine.now, true),
    leaf: null,
  }
  if (parent !== null) {
    if (parent.level === 0) {
      if (parent.leaf !== null) destroyQdisc(machine, parent.leaf)
      parent.leaf = null
      parent.level = (parent.parent?.level ?? DEEPEST) - 1
    }
    parent.children += 1
  }
  qdisc.classes.set(minor, made)
  rebind(qdisc, made)
}

/** htb_delete(). What filters in class blocks had bound is let go of even if it is refused: tc_bind_tclass(). */
function deleteClass(machine: Machine, qdisc: Qdisc, found: Class | number): void {
  if (typeof found === 'number')
    refuse({
      id: 'fixed-classes',
      text: `Classes of ${qdisc.kind} cannot be deleted.`,
      where: 'tclass_del_notify()',
      errno: 'EOPNOTSUPP',
    })
  if (found.children > 0 || found.bound > 0) {
    const text = found.children > 0 ? 'The class has classes below it.' : 'A filter sends to the class.'
    release(qdisc, found)
    refuse({id: 'class-in-use', text, where: 'htb_delete()', errno: 'EBUSY', says: null, saysNow: 'HTB class in use'})
  }
  if (qdisc.automatic && qdisc.block !== null && hasAutomaticTargets(qdisc))
    undecided('automatic-handle', 'A filter sends to a class of a queueing discipline whose handle the kernel chose.')
  const {parent} = found
  if (parent !== null) {
    parent.children -= 1
    if (parent.children === 0) parent.level = 0
  }
  qdisc.classes.delete(found.minor)
  if (found.leaf !== null) destroyQdisc(machine, found.leaf)
  if (found.block !== null) destroyBlock(found.block)
}

function* filtersInClasses(qdisc: Qdisc): Generator<Filter> {
  if (qdisc.classTps === 0) return
  for (const of of qdisc.classes.values()) {
    for (const chain of of.block?.chains.values() ?? []) {
      for (const tp of chain.tps.values()) {
        if (tp.root === null) yield* tp.filters.values()
        // u32_walk() goes through all tables of that priority, whichever block they were made in.
        else
          for (const table of qdisc.u32?.tables.values() ?? []) if (table.prio === tp.prio) yield* table.knodes.values()
      }
    }
  }
}

function idOf(of: Class): number {
  return of.qdisc.handle + of.minor
}

/** tc_bind_tclass() for a class that is new: filters of class blocks that send to it. */
function rebind(qdisc: Qdisc, made: Class): void {
  if (qdisc.automatic) return
  for (const filter of filtersInClasses(qdisc)) if (filter.classId === idOf(made)) bind(filter, qdisc)
}

function release(qdisc: Qdisc, found: Class): void {
  if (qdisc.automatic) return
  for (const filter of filtersInClasses(qdisc)) if (filter.classId === idOf(found)) unbind(filter)
}

function hasAutomaticTargets(qdisc: Qdisc): boolean {
  for (const chain of qdisc.block?.chains.values() ?? [])
    for (const tp of chain.tps.values())
      for (const filter of tp.filters.values())
        if (filter.classId !== null && mayBeAutomatic(filter.classId)) return true
  for (const table of qdisc.u32?.tables.values() ?? [])
    for (const filter of table.knodes.values())
      if (filter.classId !== null && mayBeAutomatic(filter.classId)) return true
  return false
}
