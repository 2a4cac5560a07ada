import {createQdisc, graft, replaceRoot} from './graft.js'
import {lookupQdisc, type Machine} from './machine.js'
import {kindOf, noDevice} from './place.js'
import {refuse, Undecided, undecided} from './refusal.js'
import {classAt, type Spot, spotOf} from './spot.js'
import type {Device, Qdisc} from './tables.js'
import {INGRESS, type QdiscCommand, ROOT} from './types.js'

const MAJOR = 0x10000
const majorOf = (handle: number): number => Math.floor(handle / MAJOR)

/** tc_modify_qdisc() and tc_get_qdisc() (net/sched/sch_api.c). */
export function changeQdisc(machine: Machine, command: QdiscCommand): void {
  const device =
    command.dev === null || command.dev === '' ? noDevice('tc_modify_qdisc()') : machine.device(command.dev)
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
  if (parent === ROOT && plain) replaceRoot(machine, device, machine.defaultRoot(device))
  else if (parent === ROOT) device.rootDoubt = why
  else if (majorOf(parent) === 0xffff || majorOf(handle) === 0xffff) device.ingressDoubt = why
  else device.rootDoubt = why
}

function modifyQdisc(machine: Machine, device: Device, command: QdiscCommand): void {
  const {parent, handle, kind, verb} = command
  const where = 'tc_modify_qdisc()'
  if (parent === 0) {
    if (handle === 0)
      refuse({
        id: 'no-handle',
        text: 'Without a parent the handle must be named.',
        where,
        errno: 'EINVAL',
        says: 'Handle cannot be zero',
      })
    changeExisting(lookupQdisc(device, handle), command)
    return
  }
  const spot = spotOf(device, parent, () =>
    refuse({
      id: 'no-such-qdisc',
      text: 'The parent does not exist.',
      where,
      errno: 'ENOENT',
      says: 'Failed to find specified qdisc',
    }),
  )
  if (parent === INGRESS) device.ingressQueue = true
  const current = spot.current !== null && (spot.current.automatic || spot.current.handle !== 0) ? spot.current : null
  const same = current !== null && !current.automatic && current.handle === handle
  if (handle !== 0 && !same) {
    if (current !== null && handle >= 0x80000000 && current.automatic && majorOf(handle) !== 0xffff)
      undecided(
        'automatic-handle',
        'The queueing discipline there has a handle that the kernel chose, which may be this.',
      )
    if (current !== null && verb !== 'replace' && verb !== 'link')
      refuse({
        id: 'qdisc-exists',
        text: 'Another queueing discipline is there, and the command does not replace.',
        where,
        errno: 'EEXIST',
        says: 'NLM_F_REPLACE needed to override',
      })
    const other = lookupQdisc(device, handle)
    if (other === null) {
      createQdisc(machine, device, command, spot, verb === 'add' || verb === 'replace')
      return
    }
    if (other.parent !== parent)
      refuse({
        id: 'qdisc-elsewhere',
        text: 'The queueing discipline of that handle hangs elsewhere.',
        where,
        errno: 'EINVAL',
        says: 'Cannot move an existing qdisc to a different parent',
      })
    undecided('same-handle', 'Two queueing disciplines would have one handle.')
  }
  const otherKind = kind !== null && kind !== current?.kind
  if (current === null) createQdisc(machine, device, command, spot, verb === 'add' || verb === 'replace')
  else if (handle === 0 && otherKind && verb !== 'link') createQdisc(machine, device, command, spot, true)
  else changeExisting(current, command)
}

/** qdisc_change() */
function changeExisting(qdisc: Qdisc | null, {verb, kind, options, ingressBlock, egressBlock}: QdiscCommand): void {
  const where = 'tc_modify_qdisc()'
  if (qdisc === null)
    refuse({
      id: 'no-such-qdisc',
      text: 'There is no such queueing discipline.',
      where,
      errno: 'ENOENT',
      says: 'Specified qdisc not found',
    })
  if (verb === 'add')
    refuse({
      id: 'qdisc-exists',
      text: 'A queueing discipline is there.',
      where,
      errno: 'EEXIST',
      says: 'Exclusivity flag on, cannot modify',
    })
  if (kind !== null && qdisc.kind !== kind)
    refuse({
      id: 'qdisc-kind-mismatch',
      text: `The queueing discipline there is of kind ${qdisc.kind}.`,
      where,
      errno: 'EINVAL',
      says: 'Invalid qdisc name',
      saysNow: 'Invalid qdisc name: must match existing qdisc',
    })
  if (!options.sent) return
  if (!kindOf(qdisc).change)
    refuse({
      id: 'no-change',
      text: `${qdisc.kind} takes no changes.`,
      where: 'qdisc_change()',
      errno: 'EINVAL',
      says: 'Change operation not supported by specified qdisc',
    })
  if (ingressBlock !== 0 || egressBlock !== 0)
    refuse({
      id: 'block-change',
      text: 'Blocks cannot be changed.',
      where: 'qdisc_change()',
      errno: 'EOPNOTSUPP',
      says: 'Change of blocks is not supported',
    })
  if (options.bands !== null) qdisc.bands = options.bands
}

/** tc_get_qdisc() */
function deleteQdisc(machine: Machine, device: Device, command: QdiscCommand): void {
  const {parent, handle, kind} = command
  const where = 'tc_get_qdisc()'
  const nothing = (says: string): never =>
    refuse({id: 'no-such-qdisc', text: 'There is no such queueing discipline.', where, errno: 'ENOENT', says})
  const atIngress = majorOf(parent) === 0xffff && parent !== ROOT
  let spot: Spot = {parent: null, current: null}
  if (parent === 0)
    spot = {parent: null, current: lookupQdisc(device, handle) ?? nothing('Failed to find qdisc with specified handle')}
  else {
    spot = spotOf(device, atIngress ? INGRESS : parent, () => nothing('Failed to find qdisc with specified classid'))
    if (atIngress && spot.current === null && device.ingressQueue === false)
      nothing('Cannot find specified qdisc on specified device')
    if (spot.parent !== null && spot.current === null && isInner(spot.parent, parent % MAJOR))
      nothing('Cannot find specified qdisc on specified device')
  }
  const {current} = spot
  if (current?.automatic === true && handle >= 0x80000000)
    undecided(
      'automatic-handle',
      'The queueing discipline there has a handle that the kernel chose, which may be this.',
    )
  const real = current?.automatic === true ? -1 : (current?.handle ?? 0)
  if (parent !== 0 && handle !== 0 && real !== handle)
    refuse({
      id: 'qdisc-handle-mismatch',
      text: 'The queueing discipline there has another handle.',
      where,
      errno: 'EINVAL',
      says: 'Invalid handle',
    })
  const kindThere = current === null ? defaultKind(spot, atIngress) : current.kind
  if (kind !== null && kindThere !== kind) {
    if (kindThere === null)
      undecided('default-qdisc', `Which queueing discipline ${device.name} has by default is not known.`)
    refuse({
      id: 'qdisc-kind-mismatch',
      text: `The queueing discipline there is of kind ${kindThere}.`,
      where,
      errno: 'EINVAL',
      says: 'Invalid qdisc name',
      saysNow: 'Invalid qdisc name: must match existing qdisc',
    })
  }
  if (parent === 0)
    refuse({
      id: 'no-parent',
      text: 'A deletion names the parent.',
      where,
      errno: 'EINVAL',
      says: 'Classid cannot be zero',
    })
  if (real === 0)
    refuse({
      id: 'default-qdisc',
      text: 'Nothing but the default is there, which cannot be deleted.',
      where,
      errno: 'ENOENT',
      says: 'Cannot delete qdisc with handle of zero',
    })
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
