import {type Missing, missing} from '../model/missing.js'
import type {Raw, Tree} from '../sources/collected.js'
import {resolveLexically} from '../sources/path-resolver.js'
import {defineFact, known} from './define.js'
import {installedVersion} from './systemd/installed-version.js'
import {kernelEnvironmentOf, localeOf, variablesOf} from './unit-environment/environments.js'
import {type Found, NamedFileIndex} from './unit-environment/named-file-index.js'
import {managerAnswer} from './units/manager.js'

/** A path that was asked for by name, and what is there. Nobody looked: a Missing with `not-collected`. */
export type NamedFile =
  | {readonly status: 'file'; readonly path: string; readonly text: string; readonly invalidUtf8: boolean}
  | {readonly status: 'absent'; readonly path: string}
  /** A directory, a FIFO, a device: nothing that reading yields a text of. */
  | {readonly status: 'not-a-file'; readonly path: string; readonly detail: string}
  | Missing

/** What decides about the environment of services beside their units. */
export interface EnvironmentSources {
  /** A path of EnvironmentFile=, links followed. */
  file(path: string): NamedFile
  /** Paths that a pattern of EnvironmentFile= matches, sorted as glob(3) does; null: nobody looked. */
  glob(pattern: string): readonly string[] | null
  /** What an Exec line starts: a script and its text, another file, or not there. */
  program(path: string): Program
  /** All files of /etc/default and /etc/sysconfig, by path. */
  readonly defaults: readonly NamedFile[]
  /** Environment of PID 1 itself, of which PassEnvironment= copies. null: not known. */
  readonly initEnvironment: ReadonlyMap<string, string> | null
  /** As `systemctl show-environment` says; null: not known, then LANG and PATH are the defaults of the version. */
  readonly managerEnvironment: ReadonlyMap<string, string> | null
  /** systemd.setenv= of the kernel command line. null: not known. */
  readonly kernelEnvironment: ReadonlyMap<string, string> | null
  /** LANG= and LC_*= of /etc/locale.conf. null: not known. */
  readonly locale: ReadonlyMap<string, string> | null
  /** Why `defaults` are none and `initEnvironment` is null, where that is for want of an input. */
  readonly missing?: readonly Missing[]
}

export type Program =
  | {readonly status: 'script'; readonly path: string; readonly text: string}
  | {readonly status: 'binary'; readonly path: string}
  | {readonly status: 'absent'; readonly path: string}
  | Missing

export const unitEnvironmentFact = defineFact({
  name: 'unitEnvironment',
  inputs: [
    'environment-files',
    'unit-programs',
    'service-defaults',
    'systemd-manager',
    'systemd-library',
    'init-environ',
    'kernel-command-line',
    'locale-conf',
    'os-release',
    'passwd',
  ],
  derive(inputs) {
    const files = new NamedFileIndex(inputs['environment-files'])
    const programs = new NamedFileIndex(inputs['unit-programs'])
    const {manager} = managerAnswer(inputs['systemd-manager'])
    const file = (path: string) =>
      path === PASSWD && inputs.passwd.status === 'raw'
        ? passwdOf(inputs.passwd.text)
        : namedFile(path, files.find(path), inputs['environment-files'])
    const defaults = defaultsOf(inputs['service-defaults'], file)
    const value: EnvironmentSources = {
      file,
      glob: (pattern) => files.glob(pattern),
      program: (path) => programOf(path, programs.find(path), inputs['unit-programs']),
      defaults,
      missing: [inputs['service-defaults'], inputs['init-environ']].flatMap((input) =>
        input.status === 'missing' && input.reason !== 'absent' ? [input] : [],
      ),
      initEnvironment: initEnvironmentOf(inputs['init-environ'], inputs['systemd-manager']),
      managerEnvironment: manager?.environment ? new Map(Object.entries(manager.environment)) : null,
      kernelEnvironment: kernelEnvironmentOf(inputs['kernel-command-line']),
      locale: localeOf(inputs['locale-conf'], {
        commandLine: inputs['kernel-command-line'],
        version: installedVersion(inputs['systemd-library']),
        osRelease: inputs['os-release'],
        defaults,
      }),
    }
    // What is missing is told path by path, to whom it matters.
    return known(value)
  },
})

/** Whose homes and shells are not looked up elsewhere. */
const PASSWD = '/etc/passwd'

function passwdOf(text: string): NamedFile {
  return {status: 'file', path: PASSWD, text, invalidUtf8: false}
}

/** Another init than systemd has an environment of its own, which no service of systemd will ever see. */
function initEnvironmentOf(environ: Raw | Missing, manager: Raw | Missing): ReadonlyMap<string, string> | null {
  if (environ.status === 'missing' || (manager.status === 'missing' && manager.reason === 'absent')) return null
  return variablesOf(environ.text.split('\0'))
}

function namedFile(path: string, found: Found, input: Tree | Missing): NamedFile {
  switch (found.type) {
    case 'file':
      return {status: 'file', path, text: found.text, invalidUtf8: found.invalidUtf8 === true}
    case 'absent':
      return {status: 'absent', path}
    case 'unread': {
      const {missing: why} = found
      const isNoFile = why.reason === 'invalid' && why.detail.endsWith(', not a regular file')
      return isNoFile ? {status: 'not-a-file', path, detail: why.detail} : why
    }
    case 'present':
    case 'uncovered':
      return notLookedAt('environment-files', path, input)
  }
}

function programOf(path: string, found: Found, input: Tree | Missing): Program {
  switch (found.type) {
    case 'file':
      return {status: 'script', path, text: found.text}
    case 'present':
      return {status: 'binary', path}
    case 'absent':
      return {status: 'absent', path}
    case 'unread':
      return found.missing
    case 'uncovered':
      return notLookedAt('unit-programs', path, input)
  }
}

function notLookedAt(name: string, path: string, input: Tree | Missing): Missing {
  return input.status === 'missing' ? input : missing(name, 'not-collected', `${path}: nobody looked`)
}

function defaultsOf(tree: Tree | Missing, file: (path: string) => NamedFile): readonly NamedFile[] {
  if (tree.status === 'missing') return []
  const found = new NamedFileIndex(tree)
  return tree.entries.flatMap((entry): readonly NamedFile[] => {
    if (entry.type !== 'symlink') return [namedFile(entry.path, found.find(entry.path), tree)]
    const target = found.find(entry.path)
    // A link to elsewhere may be what a unit names.
    return [
      target.type === 'uncovered'
        ? file(resolveLexically(entry.path, entry.target))
        : namedFile(entry.path, target, tree),
    ]
  })
}
