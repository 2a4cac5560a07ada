import {type Missing, missing} from '../model/missing.js'
import type {Tree} from '../sources/collected.js'
import {mayUseTc} from '../sources/network-scripts.js'
import {defineFact, known} from './define.js'
import {isObject, parseLines} from './ndjson.js'
import {dialectOf} from './shell/dialect.js'
import {upScripts} from './tc-scripts/interfaces.js'
import {isBatch, readTcScript} from './tc-scripts/read.js'
import type {TcScript} from './tc-scripts/script.js'
import {unitScript} from './tc-scripts/unit-commands.js'
import {NamedFileIndex} from './unit-environment/named-file-index.js'
import {type Unit, unitsFact} from './units.js'

/** What makes a script run, as far as its place tells. */
export type StartedBy =
  /** `--script FILE` */
  | 'named'
  | 'ifupdown'
  | 'networkd-dispatcher'
  | 'NetworkManager'
  | 'rc.local'
  | 'init.d'
  /** A unit names it, or has the commands itself. */
  | 'unit'
  /** It lies in /usr/local, where administrators put what they start. */
  | 'local'

export interface FoundScript extends TcScript {
  readonly startedBy: StartedBy
  /** Of ifupdown the interface, of a unit its name; else null. */
  readonly by: string | null
}

/** Scripts of the host, and those named by the caller, that use tc. */
export interface TcScripts {
  readonly scripts: readonly FoundScript[]
}

interface Candidate {
  readonly path: string
  readonly text: string
  readonly startedBy: StartedBy
}

export const tcScriptsFact = defineFact({
  name: 'tcScripts',
  inputs: [
    'asked-scripts',
    'network-scripts',
    'network-interfaces',
    'network-script-files',
    'unit-programs',
    'sysv-scripts',
    'service-defaults',
  ],
  uses: {units: unitsFact},
  async derive(inputs, {units}) {
    const gaps: Missing[] = []
    const asked = askedScripts(inputs['asked-scripts'])
    gaps.push(...asked.gaps)
    const candidates = [...asked.candidates]
    for (const name of ['network-scripts', 'unit-programs', 'sysv-scripts'] as const) {
      const tree = inputs[name]
      gaps.push(...gapsOf(tree))
      if (tree.status === 'tree') candidates.push(...scriptsIn(tree, name))
    }
    const interfaces = inputs['network-interfaces']
    gaps.push(...gapsOf(interfaces))
    const stanzas =
      interfaces.status === 'tree'
        ? interfaces.entries.filter((entry) => entry.type === 'file' && mayUseTc(entry.text))
        : []
    const running = units.known ? units.value.units.filter(runsTc) : []
    gaps.push(...(units.known ? [] : units.missing))
    const unique = [...new Map(candidates.toReversed().map((each) => [each.path, each])).values()].reverse()
    if (unique.length + stanzas.length + running.length === 0) return known<TcScripts>({scripts: []}, gaps)

    // Few hosts have such a script; the parser takes as long to load as a check of all else.
    const parser = await import('unbash')
    const readFile = fileReader([
      inputs['network-script-files'],
      inputs['service-defaults'],
      inputs['network-scripts'],
      inputs['unit-programs'],
    ])
    const options = {parser, readFile}
    const scripts: FoundScript[] = []
    for (const {path, text, startedBy} of unique) {
      const script = readTcScript(path, text, options)
      if (script) scripts.push({...script, startedBy, by: null})
      else gaps.push(missing('tcScripts', 'unsupported', `${path} is for another interpreter than sh or bash`))
    }
    for (const entry of stanzas) {
      if (entry.type !== 'file') continue
      for (const {iface, text} of upScripts(entry.text)) {
        if (!mayUseTc(text)) continue
        const script = readTcScript(entry.path, text, {
          ...options,
          dialect: 'sh',
          errexit: true,
          batch: false,
          variables: {IFACE: iface},
        })
        if (script) scripts.push({...script, startedBy: 'ifupdown', by: iface})
      }
    }
    for (const unit of running) {
      const script = units.known ? unitScript(unit, units.value, options) : null
      if (script) scripts.push({...script, startedBy: 'unit', by: unit.name})
    }
    return known<TcScripts>({scripts}, gaps)
  },
})

function askedScripts(input: {readonly status: 'raw'; readonly text: string} | Missing) {
  if (input.status === 'missing') return {candidates: [], gaps: input.reason === 'absent' ? [] : [input]}
  const gaps: Missing[] = []
  const candidates: Candidate[] = []
  const {records, invalid} = parseLines(input.text, (value) =>
    isObject(value) && typeof value.path === 'string' ? {...value, path: value.path} : undefined,
  )
  if (invalid > 0) gaps.push(missing('asked-scripts', 'invalid', `${invalid} lines are no records of scripts`))
  for (const record of records) {
    if ('text' in record && typeof record.text === 'string') {
      candidates.push({path: record.path, text: record.text, startedBy: 'named'})
    } else {
      const why = 'missing' in record && isObject(record.missing) ? record.missing.detail : null
      gaps.push(missing('asked-scripts', 'invalid', typeof why === 'string' ? why : `${record.path}: not read`))
    }
  }
  return {candidates, gaps}
}

/** Shell scripts of a tree that mention tc. Files without `#!` are run by nothing; of init scripts systemd says so itself. */
function scriptsIn(tree: Tree, input: 'network-scripts' | 'unit-programs' | 'sysv-scripts'): Candidate[] {
  return tree.entries.flatMap((entry): readonly Candidate[] => {
    if (entry.type !== 'file' || !mayUseTc(entry.text) || isBatch(entry.text)) return []
    // Python may well say "tc" somewhere.
    if (dialectOf(entry.text) === null && !/^#!.*\b(k|z|mk)sh\b/.test(entry.text)) return []
    return [{path: entry.path, text: entry.text, startedBy: startedBy(entry.path, input)}]
  })
}

function startedBy(path: string, input: 'network-scripts' | 'unit-programs' | 'sysv-scripts'): StartedBy {
  if (input === 'unit-programs') return 'unit'
  if (input === 'sysv-scripts') return 'init.d'
  if (path.startsWith('/etc/network/')) return 'ifupdown'
  if (path.includes('/networkd-dispatcher/')) return 'networkd-dispatcher'
  if (path.includes('/NetworkManager/')) return 'NetworkManager'
  return path.endsWith('/rc.local') ? 'rc.local' : 'local'
}

/** What could not be read; what is no file at all is none of ours. */
function gapsOf(input: Tree | Missing): Missing[] {
  if (input.status === 'missing') return input.reason === 'absent' ? [] : [input]
  return input.entries.flatMap((entry) =>
    entry.type === 'unread' && !/, not a regular file$/.test(entry.missing.detail) ? [entry.missing] : [],
  )
}

function fileReader(trees: readonly (Tree | Missing)[]): (path: string) => string | null {
  const indexes = trees.map((tree) => new NamedFileIndex(tree))
  return (path) => {
    for (const index of indexes) {
      const found = index.find(path)
      if (found.type === 'file') return found.text
    }
    return null
  }
}

function runsTc(unit: Unit): boolean {
  return unit.assignments.some(({key, value}) => key.startsWith('ExecStart') && mayUseTc(value))
}
