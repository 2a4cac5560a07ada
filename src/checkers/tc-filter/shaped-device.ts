import type {TcClass} from '../../facts/live-tc/classes.js'
import type {TcQdisc} from '../../facts/live-tc/qdiscs.js'
import type {LiveTc} from '../../facts/live-tc.js'
import {describe} from '../../facts/network/parse.js'
import {numberOf} from '../../facts/network/rows.js'
import {classIdOf, type ShapingFilter} from '../../facts/traffic-filters/filter.js'
import {filterOfRow} from '../../facts/traffic-filters/live-filter.js'
import type {Confidence, Evidence} from '../../model/finding.js'
import type {ShapingQdisc} from '../../models/traffic-shaping/classify.js'
import {groupBy} from '../shared/lists.js'
import {filterText} from './filter-text.js'
import {wording} from './wording.js'

/** One filter, and where it stands. */
export interface PlacedFilter {
  readonly filter: ShapingFilter
  /** Number of the queueing discipline that it belongs to; null: ingress or egress of clsact, or a shared block. */
  readonly qdisc: ShapedQdisc | null
  /** It looks at packets that come in. */
  readonly ingress: boolean
  readonly evidence: Evidence
}

export interface ShapedQdisc extends ShapingQdisc {
  readonly text: string
  readonly root: boolean
  readonly classes: ReadonlySet<number>
  /** Those that have classes below them. */
  readonly inner: ReadonlySet<number>
  /** All classes are known. */
  readonly classesKnown: boolean
}

/** A device with what decides where its packets go: as it is now, or as a script leaves it. */
export interface ShapedDevice {
  /** `eth0`, `eth0 in network namespace blue`, `eth0 (/usr/local/sbin/shape)` */
  readonly name: string
  /** `Filters of eth0`, `Filters that /usr/local/sbin/shape gives eth0` */
  readonly filtersOf: string
  /** The script that sets it up so; null: so it is. */
  readonly script: string | null
  /** How sure it is that it is so. */
  readonly confidence: Confidence
  readonly dev: string
  /** Of its network namespace. */
  readonly inode: number | null
  readonly own: boolean
  readonly qdiscs: readonly ShapedQdisc[]
  readonly filters: readonly PlacedFilter[]
}

const BANDED = new Set(['prio', 'ets'])

/** The devices of one network namespace that somebody gave filters. */
export function liveDevices(live: LiveTc): ShapedDevice[] {
  const {qdiscs, classes} = live
  if (qdiscs === null) return []
  const devices = new Map<string, {qdiscs: ShapedQdisc[]; filters: PlacedFilter[]}>()
  const classesOf = groupBy(classes, ({dev}) => dev)
  for (const qdisc of qdiscs) {
    const device = devices.get(qdisc.dev) ?? {qdiscs: [], filters: []}
    devices.set(qdisc.dev, device)
    device.qdiscs.push(shapedQdisc(qdisc, classesOf.get(qdisc.dev) ?? []))
  }
  for (const {place, rows} of live.filters) {
    const [first, dev = ''] = place
    const holders =
      first === 'block'
        ? qdiscs.filter((each) => each.ingressBlock === Number(dev) || each.egressBlock === Number(dev))
        : [{dev, ingressBlock: null}]
    const filters = rows.flatMap((row) => filterOfRow(row) ?? [])
    for (const holder of holders) {
      const device = devices.get(holder.dev)
      if (!device) continue
      const qdisc = first === 'block' ? null : qdiscOf(place, device.qdiscs)
      const ingress = place.includes('ingress') || (first === 'block' && holder.ingressBlock === Number(dev))
      for (const filter of filters) {
        const source = `tc filter show ${place.join(' ')}`
        device.filters.push({filter, qdisc, ingress, evidence: {source, excerpt: filterText(filter)}})
      }
    }
  }
  return [...devices].flatMap(([dev, {qdiscs: all, filters}]) => {
    if (filters.length === 0) return []
    const name = live.own ? dev : `${dev} in ${describe(live)}`
    const known = {filtersOf: wording.filtersOf(name), script: null, confidence: 'certain' as const}
    return [{name, ...known, dev, inode: live.inode, own: live.own, qdiscs: all, filters}]
  })
}

/** Of `dev eth0 parent 1:10` that of 1:, of `dev eth0` the root; null for ingress and clsact. */
function qdiscOf(place: readonly string[], qdiscs: readonly ShapedQdisc[]): ShapedQdisc | null {
  const parent = place[place.indexOf('parent') + 1]
  if (!place.includes('parent')) {
    return place.length === 2 ? (qdiscs.find(({root}) => root) ?? null) : null
  }
  const id = classIdOf(parent ?? '')
  if (id === null) return null
  const handle = id - (id % 0x10000)
  return qdiscs.find((each) => each.handle === handle) ?? null
}

function shapedQdisc({kind, handle, row, root, dev}: TcQdisc, classes: readonly TcClass[]): ShapedQdisc {
  const number = classIdOf(handle) ?? 0
  const options = typeof row.options === 'object' && row.options !== null ? row.options : {}
  const given = new Map(Object.entries(options))
  const own = classes.flatMap((each) => {
    const id = classIdOf(each.id)
    return id !== null && id - (id % 0x10000) === number ? [{id, parent: classIdOf(each.parent ?? '')}] : []
  })
  return {
    kind,
    handle: number,
    defaultMinor: numberOf(given.get('default')) ?? (kind === 'htb' || kind === 'hfsc' ? null : 0),
    bands: numberOf(given.get('bands')) ?? null,
    text: `${kind} ${handle} on ${dev}`,
    root,
    classes: new Set(own.map(({id}) => id)),
    inner: new Set(own.flatMap(({parent}) => parent ?? [])),
    // Bands are classes that nobody has to list.
    classesKnown: classes.length > 0 || BANDED.has(kind),
  }
}
