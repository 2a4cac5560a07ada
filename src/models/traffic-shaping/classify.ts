/** A queueing discipline that has classes. */
export interface ShapingQdisc {
  readonly kind: string
  /** `1:` as a number: 0x10000. */
  readonly handle: number
  /** `default` of htb and hfsc: the minor number; 0: none. null: not known. */
  readonly defaultMinor: number | null
  /** Of prio and ets. */
  readonly bands: number | null
}

/** Where a packet goes for which a filter names some class. */
export type Destination =
  | {readonly to: 'class'}
  /** The named one is not there; this is, and it takes what no filter gives a place. */
  | {readonly to: 'default'; readonly classId: number}
  /** Past all classes, at the speed of the device. */
  | {readonly to: 'unshaped'}
  | {readonly to: 'dropped'}
  /** The band of priority 0 in its priomap. */
  | {readonly to: 'first-band'}

/**
 * What the queueing discipline makes of the class that a filter names: htb_classify(), hfsc_classify(), prio_classify().
 * The filter has matched, so no later one is asked. null: not told for this kind.
 *
 * @param classes IDs of all its classes; `inner` those of them that have classes below them
 */
export function destinationOf(
  qdisc: ShapingQdisc,
  classes: ReadonlySet<number>,
  inner: ReadonlySet<number>,
  classId: number,
): Destination | null {
  switch (qdisc.kind) {
    case 'htb':
    case 'hfsc': {
      if (classes.has(classId)) return {to: 'class'}
      // X:0 is asked for where all shaping shall be passed by.
      if (qdisc.kind === 'htb' && classId === qdisc.handle) return {to: 'class'}
      return defaultOf(qdisc, classes, inner)
    }
    case 'prio':
    case 'ets': {
      if (qdisc.bands === null) return null
      const band = (classId % 0x10000) - 1
      return band >= 0 && band < qdisc.bands ? {to: 'class'} : {to: 'first-band'}
    }
    default:
      return null
  }
}

/** Where a packet goes that no filter gives a class. */
export function defaultOf(
  {kind, handle, defaultMinor}: ShapingQdisc,
  classes: ReadonlySet<number>,
  inner: ReadonlySet<number>,
): Destination | null {
  if (kind !== 'htb' && kind !== 'hfsc') return null
  if (defaultMinor === null) return null
  const classId = handle + defaultMinor
  if (classes.has(classId) && !inner.has(classId)) return {to: 'default', classId}
  return kind === 'htb' ? {to: 'unshaped'} : {to: 'dropped'}
}
