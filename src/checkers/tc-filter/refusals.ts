import type {Kernel} from '../../facts/kernel.js'
import type {TcScriptTexts} from '../../facts/tc-script-texts.js'
import type {Evidence, FindingDraft} from '../../model/finding.js'
import type {KernelEra} from '../../models/traffic-control/admission.js'
import {groupBy} from '../shared/lists.js'
import {clashRemedies} from './clash-remedies.js'
import {commandText, type JudgedCommand, type JudgedScript, placeOf} from './judged-script.js'
import {manual} from './remedies.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

const MOST_SHOWN = 8

type RefusalRule = Extract<
  Rule,
  'priority-two-protocols' | 'priority-two-kinds' | 'priorities-exhausted' | 'protocol-unknown' | 'command-refused'
>

/** Commands of a script that are refused: one finding for each reason. */
export function* refusals(
  judged: JudgedScript,
  kernel: Kernel | null,
  texts: TcScriptTexts,
): Generator<FindingDraft<Rule>> {
  const {script} = judged
  const refused = judged.commands.flatMap((each) => {
    const rule = ruleOf(each)
    return rule === null ? [] : [{rule, each}]
  })
  for (const [rule, all] of groupBy(refused, (one) => one.rule)) {
    const commands = [...new Map(all.map(({each}) => [placeOf(each.command), each])).values()]
    const [first] = commands
    if (!first) continue
    const always = commands.some(({fresh}) => fresh.run === 'always')
    const certain = always && script.assumptions.length === 0
    yield {
      rule,
      subject: {kind: 'file', name: script.path},
      ...(always || rule === 'command-refused' ? {} : {severity: 'warning' as const}),
      confidence: certain ? 'certain' : always ? 'likely' : 'possible',
      summary: wording[rule].summary(script.path, commands),
      why: wording[rule].why(first),
      evidence: allEvidence(rule, commands.slice(0, MOST_SHOWN), judged, kernel),
      remediation: remediesOf(rule, judged, texts),
    }
  }
}

/** The first command, what tc prints, the others; none twice. */
function allEvidence(
  rule: RefusalRule,
  [first, ...others]: readonly JudgedCommand[],
  judged: JudgedScript,
  kernel: Kernel | null,
): Evidence[] {
  if (!first) return []
  const of = (each: JudgedCommand) => evidenceOf(rule, each, judged, kernel)
  const printed = {source: wording.printed, excerpt: messagesText(first, kernel)}
  // Where the reasons differ each stands with its command.
  const all = [...of(first), ...(rule === 'command-refused' ? [] : [printed]), ...others.flatMap(of)]
  return [...new Map(all.map((each) => [`${each.source}\0${each.excerpt}`, each])).values()]
}

/** Which rule a command breaks; null: none, or none that is certain enough. */
export function ruleOf({fresh, refusedAnyway, parsed}: JudgedCommand): RefusalRule | null {
  const {admission, run} = fresh
  if (admission.verdict !== 'rejected' || run === 'never') return null
  switch (admission.reason?.id) {
    case 'protocol-mismatch':
      return 'priority-two-protocols'
    case 'kind-mismatch':
      return 'priority-two-kinds'
    case 'priorities-exhausted':
      return 'priorities-exhausted'
    case 'usage':
      return /invalid protocol/.test(admission.messages[0]?.text ?? '') ? 'protocol-unknown' : 'command-refused'
    default: {
      // Deleting what is not there is how scripts begin, and other scripts may have made what this one names.
      const deletes = 'verb' in parsed && parsed.verb === 'delete'
      return refusedAnyway && !deletes ? 'command-refused' : null
    }
  }
}

/** The commands that clash, the earlier one first. */
function evidenceOf(
  rule: RefusalRule,
  one: JudgedCommand,
  {commands}: JudgedScript,
  kernel: Kernel | null,
): Evidence[] {
  const other = rule.startsWith('priority-two')
    ? holderOf(one, commands)
    : rule === 'priorities-exhausted'
      ? lowest(one, commands)
      : null
  return [
    ...(other ? [{source: placeOf(other.command), excerpt: commandText(other.command)}] : []),
    {
      source: placeOf(one.command),
      excerpt:
        rule === 'command-refused'
          ? `${commandText(one.command)}\n${messagesText(one, kernel).split('\n', 1)[0]}`
          : commandText(one.command),
    },
  ]
}

/** The filter that has the priority. */
function holderOf(one: JudgedCommand, commands: readonly JudgedCommand[]): JudgedCommand | null {
  const {parsed} = one
  if (parsed.type !== 'filter') return null
  const {place, prio, chain} = parsed
  const before = commands.slice(0, commands.indexOf(one)).filter((each) => {
    const other = each.parsed
    if (other.type !== 'filter' || each.fresh.admission.verdict === 'rejected' || other.verb === 'delete') return false
    const samePlace =
      other.place.on === place.on && ('dev' in other.place ? 'dev' in place && other.place.dev === place.dev : true)
    return samePlace && other.prio === prio && (other.chain ?? 0) === (chain ?? 0)
  })
  return (
    before.findLast(({parsed: other}) => other.type === 'filter' && other.place.parent === place.parent) ??
    before.at(-1) ??
    null
  )
}

/** The filter that is at the lowest priority that the kernel would choose. */
function lowest(one: JudgedCommand, commands: readonly JudgedCommand[]): JudgedCommand | null {
  const before = commands.slice(0, commands.indexOf(one))
  return (
    before.findLast(
      ({parsed, fresh}) => parsed.type === 'filter' && parsed.prio === 0x8000 && fresh.admission.verdict !== 'rejected',
    ) ?? null
  )
}

/** What tc prints on the kernel of this host, then what it prints on others. */
function messagesText({fresh}: JudgedCommand, kernel: Kernel | null): string {
  const {messages} = fresh.admission
  const era = kernel === null ? null : eraOf(kernel)
  const own = messages.find((each) => each.kernel === null || each.kernel === era)
  const others = messages.filter((each) => each !== own)
  const line = (text: string) => text.split('\n', 1)[0] ?? ''
  return [
    ...(own ? [line(own.text)] : []),
    ...others.map((each) => `${wording.era(each.kernel ?? '')}: ${line(each.text)}`),
  ].join('\n')
}

function eraOf({major, minor}: Kernel): KernelEra {
  const before = (than: readonly [number, number]) => major < than[0] || (major === than[0] && minor < than[1])
  if (before([4, 16])) return '<= 4.15'
  return before([6, 13]) ? '4.16 .. 6.12' : '>= 6.13'
}

function remediesOf(rule: RefusalRule, judged: JudgedScript, texts: TcScriptTexts) {
  if (rule === 'priority-two-protocols' || rule === 'priority-two-kinds') return clashRemedies(judged, texts)
  return [manual(wording[rule].remedy)]
}
