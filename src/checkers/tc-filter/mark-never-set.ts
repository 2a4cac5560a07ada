import type {FirewallMarks} from '../../facts/firewall-marks.js'
import {markText} from '../../facts/traffic-filters/filter.js'
import type {FindingDraft} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {reachableMarks, someMarkMatches} from '../../models/firewall-marks/reachable.js'
import {listed} from '../shared/lists.js'
import {manual} from './remedies.js'
import type {Rule} from './rules.js'
import type {ShapedDevice} from './shaped-device.js'
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
  const reachable = reachableMarks(marks.changes)
  const doubts = doubtsOf(devices, marks, reachable)
  for (const device of devices) {
    const never = device.filters.filter(
      ({filter: {mark}}) => mark !== null && !(reachable && someMarkMatches(reachable, mark.value, mark.mask)),
    )
    if (never.length === 0) continue
    const asked = [...new Set(never.flatMap(({filter: {mark}}) => (mark === null ? [] : [markText(mark)])))]
    if (doubts.length > 0 || reachable === null) {
      for (const unknown of doubts) yield {unknown}
      continue
    }
    const set = [...reachable].filter((mark) => mark !== 0).sort((a, b) => a - b)
    yield {
      rule: 'mark-never-set',
      subject: {kind: 'interface', name: device.name},
      ...(device.script === null ? {} : {severity: 'notice' as const}),
      confidence: device.script === null ? 'likely' : 'possible',
      summary: words.summary(device.filtersOf, asked),
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

/** Why a mark that no rule sets may be set all the same. */
function doubtsOf(
  devices: readonly ShapedDevice[],
  {unread, open}: FirewallMarks,
  reachable: ReadonlySet<number> | null,
): readonly Missing[] {
  const unsure = (detail: string) => missing('firewall-rules', 'unsupported', detail)
  const action = devices
    .flatMap(({filters}) => filters)
    .find(({filter: {actions, kind}}) => kind === 'bpf' || actions.some((each) => markingActions.has(each)))
  return [
    ...unread,
    ...open.slice(0, 1).map(({why, where}) => unsure(words.open(why, where.text))),
    ...(action ? [unsure(words.open(words.byTc, action.evidence.excerpt))] : []),
    ...(reachable === null ? [unsure(words.tooMany)] : []),
  ]
}
