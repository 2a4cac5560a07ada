import {classIdText} from '../../facts/traffic-filters/filter.js'
import type {FindingDraft} from '../../model/finding.js'
import {type Destination, destinationOf} from '../../models/traffic-shaping/classify.js'
import {manual} from './remedies.js'
import type {Rule} from './rules.js'
import type {PlacedFilter, ShapedDevice, ShapedQdisc} from './shaped-device.js'
import {wording} from './wording.js'

const words = wording['class-missing']
const MOST_SHOWN = 8

interface Lost {
  readonly placed: PlacedFilter
  readonly qdisc: ShapedQdisc
  readonly classId: number
  readonly to: Destination
}

/** Filters of a device whose class is not there. */
export function* classMissing(device: ShapedDevice): Generator<FindingDraft<Rule>> {
  const lost = device.filters.flatMap((placed): Lost[] => {
    const {qdisc, filter} = placed
    // An action may take the packet before its class counts.
    if (!qdisc?.classesKnown || filter.classId === null || filter.actions.some((each) => each !== 'skbedit')) return []
    const to = destinationOf(qdisc, qdisc.classes, qdisc.inner, filter.classId)
    return to === null || to.to === 'class' ? [] : [{placed, qdisc, classId: filter.classId, to}]
  })
  const [first] = lost
  if (!first) return
  const ids = [...new Set(lost.map(({classId}) => classIdText(classId)))]
  const {classes} = first.qdisc
  yield {
    rule: 'class-missing',
    subject: {kind: 'interface', name: device.name},
    confidence: device.confidence,
    summary: words.summary(device.filtersOf, ids, first.to),
    why: words.why(first.qdisc.kind, first.to),
    evidence: [
      ...lost.slice(0, MOST_SHOWN).map(({placed}) => placed.evidence),
      {
        source: device.script ?? `tc class show dev ${device.dev}`,
        excerpt: words.classes([...classes].sort((a, b) => a - b).map(classIdText)),
      },
    ],
    remediation: [manual(words.remedy(ids, device.dev))],
  }
}
