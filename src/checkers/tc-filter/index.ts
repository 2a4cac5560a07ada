import {defineChecker} from '../../checker.js'
import type {FoundScript} from '../../facts/tc-scripts.js'
import type {FindingRef} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {classMissing} from './class-missing.js'
import {familyUnshaped} from './family-unshaped.js'
import {type JudgedScript, judgedScript} from './judged-script.js'
import {markNeverSet} from './mark-never-set.js'
import {refusals, ruleOf} from './refusals.js'
import {type Rule, rules} from './rules.js'
import {scriptDevices} from './script-devices.js'
import {liveDevices, type ShapedDevice} from './shaped-device.js'
import {wording} from './wording.js'

export default defineChecker({
  id: 'tc-filter',
  title: 'Whether the kernel takes the filters of shaping scripts, and whether packets get where filters send them',
  needs: ['firewallMarks', 'deviceFamilies', 'tcScriptTexts'],
  wants: ['liveTc', 'tcScripts', 'kernel'],
  rules,
  *check({firewallMarks, deviceFamilies, tcScriptTexts, liveTc, tcScripts, kernel}) {
    const live = liveTc.known ? liveTc.value.flatMap(liveDevices) : []
    const scripts = tcScripts.known ? tcScripts.value.scripts : []
    if (live.length === 0 && scripts.every(({commands}) => commands.length === 0)) {
      for (const script of scripts) yield* unfollowed(script)
      return {skipped: wording.skipped}
    }
    const judged = scripts.map(judgedScript)
    const causes = new Map<string, FindingRef>()
    for (const one of judged) {
      yield* refusals(one, kernel.known ? kernel.value : null, tcScriptTexts)
      yield* unfollowed(one.script)
      for (const [dev, rule] of refusedDevices(one)) {
        causes.set(dev, {id: `tc-filter/${rule}`, subject: {kind: 'file', name: one.script.path}})
      }
    }
    // What runs now counts more than what a script would make of it.
    const shaped = new Set(live.flatMap(({own, dev}) => (own ? [dev] : [])))
    const byScript = judged.flatMap((one) => scriptDevices(one, tcScriptTexts)).filter(({dev}) => !shaped.has(dev))
    for (const device of [...live, ...byScript]) {
      yield* classMissing(device)
      const cause = device.own ? (causes.get(device.dev) ?? null) : null
      // The filters of the other family are there, and refused.
      if (device.script !== null && cause !== null) continue
      yield* familyUnshaped(device, familiesOf(device, deviceFamilies), cause)
    }
    yield* markNeverSet(
      [...live, ...byScript].filter(({own}) => own),
      firewallMarks,
    )
    return undefined
  },
})

/** What a script does and nobody can tell without running it. */
function* unfollowed({path, unfollowed: places, truncated, syntaxError}: FoundScript): Generator<{
  readonly unknown: Missing
}> {
  const unknown = (detail: string) => ({unknown: missing('tcScripts', 'unsupported', detail)})
  const [first] = places
  if (first) yield unknown(wording.unfollowed(`${first.path}:${first.line}`, first.what, places.length - 1))
  if (syntaxError) yield unknown(`${path}:${syntaxError.line}: ${syntaxError.message}`)
  if (truncated !== null) yield unknown(`${path}: ${truncated}`)
}

/** Devices on which a script has filters for one protocol refused, and by which rule. */
function refusedDevices({commands}: JudgedScript): [string, Rule][] {
  return commands.flatMap((each): [string, Rule][] => {
    const rule = ruleOf(each)
    if (rule !== 'priority-two-protocols' && rule !== 'protocol-unknown') return []
    const {words} = each.command
    const dev = words[words.findIndex(({word}) => word === 'dev') + 1]?.word
    return typeof dev === 'string' ? [[dev, rule]] : []
  })
}

function familiesOf<T extends {readonly own: boolean; readonly inode: number | null}>(
  {own, inode}: ShapedDevice,
  all: readonly T[],
): T | null {
  return all.find((each) => (own ? each.own : each.inode === inode)) ?? null
}
