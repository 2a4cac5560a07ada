import type {Tree, TreeEntry} from './collected.js'
import {componentsOf} from './glob-pattern.js'
import {resolveLexically} from './path-resolver.js'
import {unitLoadPath} from './unit-load-path.js'
import {settingsOf} from './unit-settings.js'

/** PATH_MAX of include/uapi/linux/limits.h, its NUL included. */
const MAX_PATH = 4096
/** Of one input: beyond it somebody wants us to look at everything. */
const MAX_REFERENCES = 50_000
/** A command line's words beyond these are not what it starts. */
const MAX_WORDS = 16
/** Built-in search path of every version, also where /usr/sbin is not a link to /usr/bin: DEFAULT_PATH_COMPAT. */
const SEARCH_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
/** What they start stands in one of their arguments. */
const INTERPRETER = /^(ba|da|k|mk|z|a)?sh$|^(busybox|env|perl|ruby|node|php|tclsh|expect)$|^(python|lua|java)[\d.]*$/

/** Of the system manager, specifier_table of systemd's src/core/unit-printf.c. All others depend on unit or host. */
const SPECIFIERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '%': '%',
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    h: '/root',
    T: '/tmp',
    V: '/var/tmp',
    u: 'root',
    U: '0',
    g: 'root',
    G: '0',
    s: '/bin/sh',
  }),
)

/*
 * Which files the text of units may ask for. It names more than systemd would open: a specifier (`%i`) becomes `*`,
 * masked units and overridden settings count as well. What the units mean is the business of facts; this only
 * decides what is looked at, and what has not been looked at is never taken for absent.
 */

/** EnvironmentFile= of all units, and where one of them has PAMName= what pam_env(8) reads. */
export function environmentFilesOf(trees: readonly Tree[]): readonly string[] {
  const paths = new Set<string>()
  for (const {key, value} of settingsOf(trees, 'EnvironmentFile|PAMName')) {
    if (key === 'PAMName') {
      paths.add('/etc/environment')
      continue
    }
    const path = pathOf(value.startsWith('-') ? value.slice(1) : value)
    if (path !== null) paths.add(path)
    if (paths.size >= MAX_REFERENCES) break
  }
  return [...paths].sort()
}

/** Programs that Exec lines start, as absolute paths. Names without a slash are tried in the fixed search path. */
export function programsOf(trees: readonly Tree[]): readonly string[] {
  const paths = new Set<string>()
  const names = new Set<string>()
  const folders = new Set(SEARCH_PATH)
  const add = (word: string) => {
    const path = pathOf(word)
    if (path !== null) paths.add(path)
    else if (word !== '' && !word.includes('/')) names.add(word)
  }
  for (const {key, value} of settingsOf(trees, 'Exec[A-Z][A-Za-z]*')) {
    if (key === 'ExecSearchPath') {
      for (const folder of value.split(':', 100)) if (folder.startsWith('/')) folders.add(folder)
      continue
    }
    for (const [first = '', ...others] of commandsOf(value)) {
      const program = first.replace(/^[-@:+!|]+/, '')
      add(program)
      if (!INTERPRETER.test(program.slice(program.lastIndexOf('/') + 1))) continue
      for (const word of others) if (word.startsWith('/')) add(word)
    }
    if (paths.size >= MAX_REFERENCES) break
  }
  for (const name of names) {
    for (const folder of folders) {
      if (paths.size >= MAX_REFERENCES) break
      const path = pathOf(`${folder}/${name}`)
      if (path !== null) paths.add(path)
    }
  }
  return [...paths].sort()
}

/**
 * Links in the load path that lead out of it: the link itself, so that it is followed as the kernel does. What `..`
 * means where a link is on the way (/lib, a linked foo.service.d) the text does not tell: such are asked for as well.
 */
export function linkedUnitFilesOf(trees: readonly Tree[]): readonly string[] {
  const folders = new Set<string>(unitLoadPath)
  const entries = entriesOf(trees)
  const linkedFolders = new Set(entries.flatMap(({type, path}) => (type === 'symlink' ? [path] : [])))
  return entries.flatMap((entry) => {
    // Of those only the name counts (process_deps() of src/core/load-dropin.c); what is in a folder is listed as such.
    if (entry.type !== 'symlink' || /\.(wants|requires|upholds)(\/[^/]*)?$|\.d$/.test(entry.path)) return []
    if (linkedFolders.has(folderOf(entry.path)) || /(^|\/)\.\.\//.test(entry.target)) return [entry.path]
    const target = resolveLexically(entry.path, entry.target)
    return target === '/dev/null' || folders.has(folderOf(target)) ? [] : [entry.path]
  })
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function entriesOf(trees: readonly Tree[]): readonly TreeEntry[] {
  return trees.flatMap(({entries}) => entries)
}

/** First words of each command of an Exec line; `;` stands between them. */
function* commandsOf(value: string): Generator<string[]> {
  let words: string[] = []
  for (const word of wordsOf(value)) {
    if (word === ';') {
      yield words
      words = []
    } else if (words.length < MAX_WORDS) words.push(word)
  }
  yield words
}

/** Words with quotes and the simple escapes undone. A quote that is not closed ends with the text. */
function* wordsOf(text: string): Generator<string> {
  let word = ''
  let started = false
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    let char = text.charAt(at)
    if (quote === '' && (char === ' ' || char === '\t')) {
      if (started) yield word
      word = ''
      started = false
      continue
    }
    started = true
    if (char === quote) {
      quote = ''
      continue
    }
    if (quote === '' && (char === '"' || char === "'")) {
      quote = char
      continue
    }
    if (char === '\\') {
      const code = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4))?.[1]
      at += code === undefined ? 1 : 3
      char = code === undefined ? text.charAt(at) : String.fromCharCode(Number.parseInt(code, 16))
      if (char === 's' && code === undefined) char = ' '
    }
    // Longer ones are no paths.
    if (word.length <= MAX_PATH) word += char
  }
  if (started) yield word
}

/** As path_simplify() leaves it. null: nothing that could be opened, or that says nothing of where it leads. */
function pathOf(text: string): string | null {
  if (text.length > MAX_PATH || /[\0\ufffd]/.test(text)) return null
  const expanded = text.replace(/%(.)/gs, (_, letter: string) => SPECIFIERS.get(letter) ?? '*')
  if (!expanded.startsWith('/')) return null
  const path = `/${componentsOf(expanded).join('/')}`
  // `/*` and the like would be everything there is.
  return path.length < MAX_PATH && /[^/*?]/.test(path) ? path : null
}
