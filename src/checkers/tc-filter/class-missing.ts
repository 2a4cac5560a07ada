import {classIdText} from '../../facts/traffic-filters/filter.js'
import type {FindingDraft} from '../../model/finding.js'
import {type Destination, destinationOf} from '../../models/traffic-shaping/classify.js'
import {groupBy} from '../shared/lists.js'
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

/** Filters of a device whose class is not there: one finding for each queueing discipline. */
export function* classMissing(device: ShapedDevice): Generator<FindingDraft<Rule>> {
  const lost = device.filters.flatMap((placed): Lost[] => {
    const {qdisc, filter} = placed
    // A chain that is not the first is come to by a jump, and an action may take the packet before its class counts.
    if (!qdisc?.classesKnown || filter.classId === null || filter.actions.some((each) => each !== 'skbedit')) return []
    const to = destinationOf(qdisc, qdisc.classes, qdisc.inner, filter.classId)
    return to === null || to.to === 'class' ? [] : [{placed, qdisc, classId: filter.classId, to}]
  })
  for (const [qdisc, all] of groupBy(lost, (each) => each.qdisc)) {
    const [first] = all
    if (!first) continue
    const ids = [...new Set(all.map(({classId}) => classIdText(classId)))]
    yield {
      rule: 'class-missing',
      subject: {kind: 'interface', name: device.name},
      severity: first.to.to === 'default' ? 'notice' : 'warning',
      confidence: 'certain',
      summary: words.summary(device.name, ids, first.to),
      why: words.why(qdisc.kind, first.to),
      evidence: [
        ...all.slice(0, MOST_SHOWN).map(({placed}) => placed.evidence),
        {source: `tc class show dev ${device.dev}`, excerpt: words.classes([...qdisc.classes].map(classIdText))},
      ],
      remediation: [manual(words.remedy(ids, device.dev))],
    }
  }
}
