import {lookupQdisc} from './machine.js'
import {findClass, kindOf} from './place.js'
import {refuse, undecided} from './refusal.js'
import type {Class, Device, Qdisc} from './tables.js'
import {INGRESS, ROOT} from './types.js'

const MAJOR = 0x10000

/** Where the parent lies, and what is there now. */
export interface Spot {
  /** null: of the device itself. */
  readonly parent: Qdisc | null
  readonly current: Qdisc | null
}

export function spotOf(device: Device, parent: number, missing: () => never): Spot {
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
export function leafOf(qdisc: Qdisc, minor: number): Qdisc | null {
  if (!kindOf(qdisc).classful)
    refuse({
      id: 'not-classful',
      text: `${qdisc.kind} has no classes.`,
      where: 'qdisc_leaf()',
      errno: 'EOPNOTSUPP',
      says: 'Parent qdisc is not classful',
    })
  const found = classAt(qdisc, minor)
  if (found === null)
    return refuse({
      id: 'no-such-class',
      text: `There is no class ${minor.toString(16)} there.`,
      where: 'qdisc_leaf()',
      errno: 'ENOENT',
      says: 'Specified class not found',
    })
  if (typeof found !== 'number') return found.leaf
  return qdisc.kind === 'prio' ? (qdisc.bandChildren.get(found) ?? null) : qdisc.child
}

export function classAt(qdisc: Qdisc, minor: number): Class | number | null {
  if (qdisc.kind === 'ingress') return minor + 1
  if (qdisc.kind === 'clsact') return minor === 0xfff2 || minor === 0xfff3 ? minor : null
  return findClass(qdisc, minor)
}
