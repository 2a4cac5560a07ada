import {ALL, type MarkChange, type MarkOf, markNumber, masked, type OpenRule, type RuleText} from './mark-change.js'
import {xtTargetSetsMark} from './xt-targets.js'

const MOST_VALUES = 256

/** What the rules of iptables-save do to marks; its options are those that iptables prints, not all that it takes. */
export function iptablesMarks(
  text: string,
  source: string,
): {readonly changes: readonly MarkChange[]; readonly open: readonly OpenRule[]} {
  const changes: MarkChange[] = []
  const open: OpenRule[] = []
  let table = ''
  let chains = new Set<string>()
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      table = line.slice(1)
      chains = new Set()
    } else if (line.startsWith(':')) chains.add(line.slice(1).split(' ', 1)[0] ?? '')
    else if (line.startsWith('-A ') || line.startsWith('[')) {
      const words = splitWords(line)
      const at = words.indexOf('-j')
      const target = at < 0 ? undefined : words[at + 1]
      if (target === undefined || chains.has(target) || !xtTargetSetsMark(target)) continue
      const where = {source, text: `table ${table}: ${line}`}
      const found = changesOf(target, optionsOf(words.slice(at + 2)), where)
      if (typeof found === 'string') open.push({why: found, where})
      else changes.push(...found)
    }
  }
  return {changes, open}
}

type Options = ReadonlyMap<string, string>

function changesOf(target: string, options: Options, where: RuleText): readonly MarkChange[] | string {
  switch (target) {
    case 'MARK':
      return marked('packet', options, where)
    case 'CONNMARK':
      return connmark(options, where)
    case 'TPROXY': {
      const pair = valueAndMask(options.get('--tproxy-mark') ?? '0/0')
      // xt_TPROXY: the bits of the mask are cleared, then those of the value turned over.
      return pair ? [masked('packet', pair.value, pair.mask, where)] : 'its mark is no number'
    }
    case 'mark': {
      const value = markNumber(options.get('--mark-set'))
      return value === null ? 'an or, and, xor of marks of bridges' : [masked('packet', value, ALL, where)]
    }
    case 'HMARK': {
      const modulus = Number(options.get('--hmark-mod') ?? Number.NaN)
      if (!(modulus <= MOST_VALUES)) return 'HMARK makes the mark from addresses and ports'
      const offset = Number(options.get('--hmark-offset') ?? 0)
      return Array.from({length: modulus}, (_, value) => masked('packet', value + offset, ALL, where))
    }
    case 'SET':
      return options.has('--map-mark') ? 'its marks are those of an ipset' : []
    case 'NFQUEUE':
    case 'QUEUE':
      return 'a program behind this queue may set any mark'
    default:
      return `what the target ${target} does is not known`
  }
}

function marked(target: MarkOf, options: Options, where: RuleText): readonly MarkChange[] | string {
  for (const [option, mask] of [
    ['--set-xmark', null],
    ['--set-mark', null],
  ] as const) {
    const pair = valueAndMask(options.get(option))
    // --set-mark clears the bits of the value too, which --set-xmark does not (xt_MARK of libxtables).
    if (pair) {
      const cleared = option === '--set-mark' ? pair.mask | pair.value : pair.mask
      return [masked(target, pair.value, mask ?? cleared, where)]
    }
  }
  const or = markNumber(options.get('--or-mark'))
  if (or !== null) return [masked(target, or, or, where)]
  const and = markNumber(options.get('--and-mark'))
  if (and !== null) return [masked(target, 0, ~and, where)]
  const xor = markNumber(options.get('--xor-mark'))
  return xor === null ? 'its mark is no number' : [masked(target, xor, 0, where)]
}

function connmark(options: Options, where: RuleText): readonly MarkChange[] | string {
  // Shifts came with revision 2.
  if ([...options.keys()].some((option) => option.includes('shift'))) return 'it shifts the mark'
  const save = options.has('--save-mark')
  if (!save && !options.has('--restore-mark')) return marked('connection', options, where)
  const both = valueAndMask(`0/${options.get('--mask') ?? ALL}`)?.mask ?? ALL
  const nfmask = markNumber(options.get('--nfmask')) ?? both
  const ctmask = markNumber(options.get('--ctmask')) ?? both
  const target: MarkOf = save ? 'connection' : 'packet'
  const source: MarkOf = save ? 'packet' : 'connection'
  const keep = ~(save ? ctmask : nfmask) >>> 0
  return [{target, source, keep, take: save ? nfmask : ctmask, flip: 0, where}]
}

function valueAndMask(text: string | undefined): {value: number; mask: number} | null {
  const [first, second, rest] = (text ?? '').split('/')
  const value = markNumber(first)
  const mask = second === undefined ? ALL : markNumber(second)
  return value === null || mask === null || rest !== undefined ? null : {value, mask}
}

/** `--set-xmark 0x1/0xff` -> its name and what follows; options without a value have an empty one. */
function optionsOf(words: readonly string[]): Options {
  const found = new Map<string, string>()
  for (const [at, word] of words.entries()) {
    if (!word.startsWith('--')) continue
    const next = words[at + 1]
    found.set(word, next === undefined || next.startsWith('--') ? '' : next)
  }
  return found
}

/** As xtables_save_string() wrote them: in double quotes where needed, with `\` before quotes and backslashes. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)].map(([whole, quoted]) =>
    quoted === undefined ? whole : `"${quoted}`,
  )
}
