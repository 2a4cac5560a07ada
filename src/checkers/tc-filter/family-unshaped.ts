import type {DeviceFamilies} from '../../facts/device-families.js'
import type {FindingDraft, FindingRef} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {type Destination, defaultOf} from '../../models/traffic-shaping/classify.js'
import {groupBy} from '../shared/lists.js'
import {manual} from './remedies.js'
import type {Rule} from './rules.js'
import type {PlacedFilter, ShapedDevice} from './shaped-device.js'
import {wording} from './wording.js'

const words = wording['family-unshaped']
const MOST_SHOWN = 6

/** What an action does to the rate at which packets pass, or to whether they do. */
const shapingActions = new Set(['police', 'mirred', 'gact', 'ct', 'gate'])

export type Family = 'IPv4' | 'IPv6'

/**
 * A device on which filters give packets of one family their place, and no filter those of the other.
 *
 * @param families of its network namespace; null: not known
 * @param cause of a refused filter for the other family, where a script has one
 */
export function* familyUnshaped(
  device: ShapedDevice,
  families: DeviceFamilies | null,
  cause: FindingRef | null,
): Generator<FindingDraft<Rule> | {readonly unknown: Missing}> {
  for (const [ingress, filters] of groupBy(device.filters, (each) => each.ingress)) {
    const shaping = filters.filter(({filter, qdisc}) =>
      decides(filter.actions, qdisc !== null && filter.classId !== null),
    )
    const missingFamily = familyLeftOut(shaping)
    if (missingFamily === null || coversAll(filters)) continue
    if (missingFamily === 'IPv6') {
      const has = hasIpv6(device, families)
      if (has === null) {
        yield {unknown: missing('network', 'not-collected', words.unknown(device.name))}
        continue
      }
      if (!has) continue
    }
    const qdisc = shaping[0]?.qdisc ?? null
    const rest = qdisc?.classesKnown ? defaultOf(qdisc, qdisc.classes, qdisc.inner) : null
    yield draftOf(device, missingFamily, shaping, rest, ingress, cause)
    return
  }
}

function draftOf(
  device: ShapedDevice,
  family: Family,
  shaping: readonly PlacedFilter[],
  rest: Destination | null,
  ingress: boolean,
  cause: FindingRef | null,
): FindingDraft<Rule> {
  const other: Family = family === 'IPv6' ? 'IPv4' : 'IPv6'
  const limited = rest?.to === 'default'
  return {
    rule: 'family-unshaped',
    subject: {kind: 'interface', name: device.name},
    // A default class limits them too; and whether the device has any IPv4 is not known.
    severity: limited || family === 'IPv4' ? 'notice' : 'warning',
    confidence: family === 'IPv4' || device.confidence === 'possible' ? 'possible' : 'likely',
    summary: words.summary(device.filtersOf, other, family, rest, ingress),
    why: words.why(other, family),
    evidence: shaping.slice(0, MOST_SHOWN).map(({evidence}) => evidence),
    remediation: [manual(words.remedy(family, device.dev))],
    ...(cause === null ? {} : {causedBy: cause}),
  }
}

function decides(actions: readonly string[], sendsToClass: boolean): boolean {
  return sendsToClass || actions.some((action) => shapingActions.has(action))
}

/** The family that none of the filters looks at, where one looks at the other alone. */
function familyLeftOut(filters: readonly PlacedFilter[]): Family | null {
  const protocols = new Set(filters.map(({filter}) => filter.protocol))
  if (protocols.has('all')) return null
  if (protocols.has('ip') && !protocols.has('ipv6')) return 'IPv6'
  return protocols.has('ipv6') && !protocols.has('ip') ? 'IPv4' : null
}

/** A program may look at anything, and so may what it sends on to. */
function coversAll(filters: readonly PlacedFilter[]): boolean {
  return filters.some(
    ({filter}) => filter.protocol === 'all' || filter.kind === 'bpf' || filter.protocol.startsWith('802.1'),
  )
}

/** Whether IPv6 packets pass the device: of a bridge's port that of the bridge, of an ifb that of anything. */
function hasIpv6({dev}: ShapedDevice, families: DeviceFamilies | null): boolean | null {
  if (families?.withIpv6 == null) return null
  const {withIpv6, kinds, masters} = families
  if (kinds.get(dev) === 'ifb') return withIpv6.size > 0
  const master = masters.get(dev)
  return withIpv6.has(dev) || (master !== undefined && withIpv6.has(master))
}
