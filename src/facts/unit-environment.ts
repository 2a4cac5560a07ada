import type {Missing} from '../model/missing.js'

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
}

export type Program =
  | {readonly status: 'script'; readonly path: string; readonly text: string}
  | {readonly status: 'binary'; readonly path: string}
  | {readonly status: 'absent'; readonly path: string}
  | Missing
