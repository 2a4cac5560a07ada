import type {Missing} from '../model/missing.js'
import type {Tree} from '../sources/collected.js'
import {defineFact, known} from './define.js'
import {isObject, parseLines} from './ndjson.js'
import type {Parser} from './shell/shell.js'
import {readTcScript} from './tc-scripts/read.js'
import type {TcScript} from './tc-scripts/script.js'
import {tcScriptsFact} from './tc-scripts.js'

/** The texts of scripts that use tc, and what such a script would do were its text another. */
export interface TcScriptTexts {
  /** Text of a script, or of a file that one reads; null: it is none of these, or was not read. */
  textOf(path: string): string | null
  /** The script at `path` with other texts in the place of those that were read; null: it cannot be read so. */
  reread(path: string, changed: ReadonlyMap<string, string>): TcScript | null
}

/** Always known: `tcScripts` says what could not be read. */
export const tcScriptTextsFact = defineFact({
  name: 'tcScriptTexts',
  inputs: [
    'asked-scripts',
    'network-scripts',
    'network-script-files',
    'unit-programs',
    'sysv-scripts',
    'service-defaults',
  ],
  uses: {scripts: tcScriptsFact},
  async derive(inputs, {scripts}) {
    const texts = new Map<string, string>()
    for (const name of [
      'service-defaults',
      'network-script-files',
      'sysv-scripts',
      'unit-programs',
      'network-scripts',
    ] as const) {
      for (const [path, text] of textsIn(inputs[name])) texts.set(path, text)
    }
    const asked = inputs['asked-scripts']
    for (const {path, text} of asked.status === 'raw' ? parseLines(asked.text, askedScript).records : [])
      texts.set(path, text)
    const textOf = (path: string) => texts.get(path) ?? null
    const parser = scripts.known && scripts.value.scripts.length > 0 ? await import('unbash') : null
    return known<TcScriptTexts>({
      textOf,
      reread: (path, changed) => (parser ? reread(parser, path, changed, textOf) : null),
    })
  },
})

function reread(
  parser: Parser,
  path: string,
  changed: ReadonlyMap<string, string>,
  textOf: (path: string) => string | null,
): TcScript | null {
  const readFile = (each: string) => changed.get(each) ?? textOf(each)
  const text = readFile(path)
  return text === null ? null : readTcScript(path, text, {parser, readFile})
}

function textsIn(tree: Tree | Missing): [string, string][] {
  if (tree.status === 'missing') return []
  return tree.entries.flatMap((entry): [string, string][] => (entry.type === 'file' ? [[entry.path, entry.text]] : []))
}

function askedScript(value: unknown): {readonly path: string; readonly text: string} | undefined {
  if (!isObject(value) || typeof value.path !== 'string' || typeof value.text !== 'string') return undefined
  return {path: value.path, text: value.text}
}
