import type {Assume} from './assumptions.js'
import {type Path, sourceDeviceOf} from './route-table.js'

/**
 * Routes that share a next hop of a nexthop object also share what the kernel remembers of a lookup, one for each CPU
 * (rt6_get_pcpu_route()). It points to the route that was looked up first, whose `src`, device and prefix length then
 * stand for those of the others. Measured on Linux 6.18.
 */
export class SharedNextHops {
  private readonly byNextHop = new Map<string, Map<string, Path>>()

  /** @param lengthsMatter policy rules suppress routes by the length of their prefix */
  constructor(private readonly lengthsMatter: boolean) {}

  add(path: Path): void {
    if (!path.object || path.error !== null) return
    const key = nextHopOf(path)
    const different = this.byNextHop.get(key) ?? new Map<string, Path>()
    this.byNextHop.set(key, different)
    const what = this.whatDecides(path)
    if (!different.has(what)) different.set(what, path)
  }

  /** The route whose `src` counts. */
  remembered(path: Path, assume: Assume): Path {
    const different = path.object ? this.byNextHop.get(nextHopOf(path)) : undefined
    if (different === undefined || different.size < 2) return path
    const own = this.whatDecides(path)
    const others = [...different].filter(([what]) => what !== own).map(([, other]) => other)
    const {dst, table} = path.route
    const which = assume(
      `which of the routes that share a nexthop object with ${dst.address}/${dst.length} in table ${table} was used first`,
      others.length + 1,
    )
    return which === 0 ? path : (others[which - 1] ?? path)
  }

  private whatDecides(path: Path): string {
    const {prefsrc, dst} = path.route
    return `${prefsrc} ${sourceDeviceOf(path)?.index} ${this.lengthsMatter ? dst.length : ''}`
  }
}

function nextHopOf({device, via}: Path): string {
  return `${device?.index} ${via}`
}
