import type {TcScriptTexts} from '../../facts/tc-script-texts.js'
import type {Remediation} from '../../model/finding.js'
import {applyEdits} from '../../models/tc-scripts/fix/apply.js'
import {isClash} from '../../models/tc-scripts/fix/classes.js'
import {proposeFix} from '../../models/tc-scripts/fix/propose.js'
import {judgeScript} from '../../models/tc-scripts/judge.js'
import {parseCommand, startWith} from '../../models/tc-scripts/tables.js'
import {patchOf} from '../shared/patch.js'
import type {JudgedScript} from './judged-script.js'
import {edit, manual} from './remedies.js'
import {wording} from './wording.js'

const words = wording['priority-two-protocols']

/** A patch for more than these nobody reads in a report. */
const MOST_CLASHES = 200

/** The edit that gives each protocol and kind a priority of its own, where one was found that the kernel takes. */
export function clashRemedies({script, judged}: JudgedScript, texts: TcScriptTexts): Remediation[] {
  const textOf = (path: string) => texts.textOf(path)
  if (judged.filter(isClash).length > MOST_CLASHES) return [manual(words.byCommand(script.path))]
  const {edits, unfixable} = proposeFix(judged, parseCommand, textOf)
  if (unfixable.length > 0 || edits.length === 0) return [manual(words.byHand)]
  const changed = applyEdits(edits, textOf)
  const after = texts.reread(script.path, changed)
  if (!after || judgeScript(after, startWith([])).some(isClash)) return [manual(words.byHand)]
  return [...changed].map(([path, text]) => {
    const old = (textOf(path) ?? '').split('\n')
    const lines = text.split('\n')
    const different = lines.flatMap((to, at) => (to === old[at] ? [] : [{line: at + 1, from: old[at] ?? '', to}]))
    // A carriage return would not survive in a patch.
    if (different.some(({from}) => from.includes('\r'))) return manual(words.byHand)
    return edit(words.patch, path, patchOf(path, different))
  })
}
