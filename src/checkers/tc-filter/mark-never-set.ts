import type {FirewallMarks} from '../../facts/firewall-marks.js'
import {markText} from '../../facts/traffic-filters/filter.js'
import type {FindingDraft} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'
import {reachableMarks, someMarkMatches} from '../../models/firewall-marks/reachable.js'
import {listed} from '../shared/lists.js'
import {manual} from './remedies.js'
import type {Rule} from './rules.js'
import type {PlacedFilter, ShapedDevice} from './shaped-device.js'
import {wording} from './wording.js'

const words = wording['mark-never-set']
const MOST_SHOWN = 8

/** Actions of tc that give packets a mark of their own. */
const markingActions = new Set(['skbedit', 'connmark', 'ct', 'ctinfo', 'bpf'])

/**
 * Filters for marks that no packet gets by the rules of the host.
 *
 * @param devices of the network namespace whose rules were read
 */
export function* markNeverSet(
  devices: readonly ShapedDevice[],
  marks: FirewallMarks,
): Generator<FindingDraft<Rule> | {readonly unknown: Missing}> {
  const asking = devices.map((device) => ({device, filters: device.filters.filter(asksForMark)}))
  if (asking.every(({filters}) => filters.length === 0)) return
  const others = devices.some(({filters}) =>
    filters.some(({filter}) => filter.actions.some((each) => markingActions.has(each)) || filter.kind === 'bpf'),
  )
  if (marks.unread.length > 0) {
    for (const unknown of marks.unread) yield {unknown}
    return
  }
  const reachable = marks.open.length > 0 || others ? null : reachableMarks(marks.changes)
  // Any mark can be set: by a queue to a program, a map that rules fill, an action of tc.
  if (reachable === null) return
  for (const {device, filters} of asking) {
    const never = filters.filter(
      ({filter: {mark}}) => mark !== null && !someMarkMatches(reachable, mark.value, mark.mask),
    )
    if (never.length === 0) continue
    const asked = [...new Set(never.flatMap(({filter: {mark}}) => (mark === null ? [] : [markText(mark)])))]
    const set = [...reachable].filter((mark) => mark !== 0).sort((a, b) => a - b)
    yield {
      rule: 'mark-never-set',
      subject: {kind: 'interface', name: device.name},
      confidence: 'likely',
      summary: words.summary(device.name, asked),
      why: words.why,
      evidence: [
        ...never.slice(0, MOST_SHOWN).map(({evidence}) => evidence),
        {
          source: words.source,
          excerpt: words.set(
            listed(
              set.map((mark) => `0x${mark.toString(16)}`),
              12,
            ),
          ),
        },
      ],
      remediation: [manual(words.remedy(asked))],
    }
  }
}

function asksForMark({filter: {mark}}: PlacedFilter): boolean {
  // A mark of 0 is that of all packets nobody marked.
  return mark !== null && (mark.value !== 0 || mark.mask === 0)
}
