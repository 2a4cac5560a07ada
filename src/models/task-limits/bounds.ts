/** A number that is known to lie between two others, or known exactly (`least === most`). */
export interface Bounds {
  readonly least: number
  readonly most: number
}

export function exactly(value: number): Bounds {
  return {least: value, most: value}
}

export function isExact(bounds: Bounds): boolean {
  return bounds.least === bounds.most
}

/** Room below a limit, `max(0, limit - count)`, as far as both are known. */
export function roomBelow(limit: Bounds, count: Bounds): Bounds {
  return {least: room(limit.least, count.most), most: room(limit.most, count.least)}
}

/** Without a limit there is room whatever the count, even one that is not known at all. */
export function room(limit: number, count: number): number {
  return limit === Infinity ? Infinity : Math.max(0, limit - count)
}

export function leastOf(bounds: readonly Bounds[]): Bounds {
  return {
    least: Math.min(Infinity, ...bounds.map((each) => each.least)),
    most: Math.min(Infinity, ...bounds.map((each) => each.most)),
  }
}
