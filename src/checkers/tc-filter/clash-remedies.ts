import {ShellSource} from '../../facts/shell/source.js'
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

/** A patch for more than these nobody reads in a report. */
const MOST_CLASHES = 200

/** The edit that gives each protocol and kind a priority of its own, where one was found that the kernel takes. */
export function clashRemedies({script, judged}: JudgedScript, texts: TcScriptTexts): Remediation[] {
  const textOf = (path: string) => texts.textOf(path)
  if (judged.filter(isClash).length > MOST_CLASHES) return [manual(words.byCommand(script.path))]
  const sources = new Map<string, ShellSource>()
  const lineOf = ({span: {path, pos}}: Edit) => {
    const source = sources.get(path) ?? new ShellSource(path, textOf(path) ?? '')
    sources.set(path, source)
    return source.lineAt(pos)
  }
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
  const parts: string[] = []
  let from = 0
  for (const {span, text: own} of [...edits].sort((a, b) => a.span.pos - b.span.pos)) {
    parts.push(text.slice(from, span.pos), own)
    from = span.end
  }
  return [...parts, text.slice(from)].join('')
}
