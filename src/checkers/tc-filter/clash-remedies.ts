import type {TcScriptTexts} from '../../facts/tc-script-texts.js'
import type {Remediation} from '../../model/finding.js'
import {isClash} from '../../models/tc-scripts/fix/classes.js'
import type {Edit} from '../../models/tc-scripts/fix/edits.js'
import {proposeFix} from '../../models/tc-scripts/fix/propose.js'
import {judgeScript} from '../../models/tc-scripts/judge.js'
import {parseCommand, startWith} from '../../models/tc-scripts/tables.js'
import {groupBy} from '../shared/lists.js'
import {patchOf} from '../shared/patch.js'
import type {JudgedScript} from './judged-script.js'
import {edit, manual} from './remedies.js'
import {wording} from './wording.js'

const words = wording['priority-two-protocols']

/** The edit that gives each protocol and kind a priority of its own, where one was found that the kernel takes. */
export function clashRemedies({script, judged}: JudgedScript, texts: TcScriptTexts): Remediation[] {
  const textOf = (path: string) => texts.textOf(path)
  const lineOf = ({span}: Edit) => lineAt(textOf(span.path) ?? '', span.pos)
  const {edits, unfixable} = proposeFix(judged, parseCommand, textOf, lineOf)
  const byPath = groupBy(edits, ({span}) => span.path)
  if (unfixable.length > 0 || edits.length === 0) return [manual(words.byHand)]
  const changed = new Map([...byPath].map(([path, own]) => [path, applied(textOf(path) ?? '', own)]))
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

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.span.pos - a.span.pos)
    .reduce((changed, {span, text: own}) => `${changed.slice(0, span.pos)}${own}${changed.slice(span.end)}`, text)
}

function lineAt(text: string, pos: number): number {
  return text.slice(0, pos).split('\n').length
}
