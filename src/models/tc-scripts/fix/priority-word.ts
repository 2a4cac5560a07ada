import type {ScriptWord} from '../../../facts/tc-scripts/script.js'

/** Words before the kind of a filter that take one more. `handle`, `dev` and the like are compared in full by tc. */
const VALUED = ['dev', 'block', 'parent', 'handle', 'estimator']
const ALONE = ['root', 'ingress', 'egress']

/** Index of the word that holds the priority of a filter command; null: it names none, or nothing is known. */
export function priorityWord(words: readonly ScriptWord[]): number | null {
  const start = words.findIndex(({word}) => typeof word === 'string' && word !== '' && 'filter'.startsWith(word))
  if (start < 0) return null
  let found: number | null = null
  for (let at = start + 2; at < words.length; at++) {
    const text = words[at]?.word
    if (typeof text !== 'string' || text === '') return found
    if (ALONE.includes(text)) continue
    // In the order of tc_filter_modify() of iproute2's tc/tc_filter.c, which prefixes depend on.
    if (VALUED.includes(text)) at += 1
    else if ('preference'.startsWith(text) || 'priority'.startsWith(text)) {
      at += 1
      found = at < words.length ? at : found
    } else if ('chain'.startsWith(text) || 'protocol'.startsWith(text)) at += 1
    else return found
  }
  return found
}
