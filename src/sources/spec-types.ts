import type {Tree} from './collected.js'

/** One file of the host. */
export interface FileSpec {
  readonly kind: 'file'
  readonly path: string
  /** Larger files are `truncated`, never read in part. Default 1 MiB. */
  readonly maxBytes?: number
}

/** Files below some folders. */
export interface TreeSpec {
  readonly kind: 'tree'
  /** Absolute folders; one that does not exist holds nothing. */
  readonly roots: readonly string[]
  /** Which paths below a root are wanted (path relative to the root, no leading slash). */
  readonly match: RegExp
  /** Folders below a root that are entered: 0 = none. */
  readonly depth: number
  readonly maxBytes?: number
  /** `names`: entries are `present` or links, nothing is opened. Default `text`. */
  readonly content?: 'text' | 'names'
  /** Links to folders below a root are listed too, beside what is in them. */
  readonly folderLinks?: true
}

/**
 * Files whose paths stand in other inputs: EnvironmentFile= of units, programs that they start. Yields a tree with an
 * entry for every path asked for, `absent` ones too, so that what has no entry was never looked for. Of a link both
 * it and what it leads to have an entry, hop by hop; like everywhere, a link to a folder on the way is followed.
 */
export interface NamedFilesSpec {
  readonly kind: 'named-files'
  /** Tree inputs that name the files. */
  readonly from: readonly string[]
  /** Absolute paths and glob(7) patterns. May name more than is needed, must not be slow on hostile text. */
  readonly paths: (trees: readonly Tree[]) => readonly string[]
  /** `scripts`: only what begins with `#!` is read, everything else that exists is `present`. `names`: all is. */
  readonly content: 'text' | 'scripts' | 'names'
  readonly maxBytes?: number
}

/** One command, run without a shell. */
export interface CommandSpec {
  readonly kind: 'command'
  readonly argv: readonly [string, ...string[]]
  /** Deadline in ms; default is the run's `--timeout`. */
  readonly timeoutMs?: number
  /** Exit codes that make its output an answer. Default [0]. */
  readonly okExitCodes?: readonly number[]
  /** Default 16 MiB; more is `truncated`. */
  readonly maxBytes?: number
}

/**
 * Something that takes code to read: the /proc walk, a daemon's API. The live source has one
 * collector of the same name; everywhere else it is the text that collector wrote.
 */
export interface ProbeSpec {
  readonly kind: 'probe'
  readonly format: 'json' | 'ndjson' | 'text'
}

/**
 * What the caller named beside the host: `--script FILE`, `--dest ADDR`. No part of the host and of no bundle, unless
 * one was written by hand; `withAsked` answers it, and where nothing was named it is empty text.
 */
export interface AskedSpec {
  readonly kind: 'asked'
  readonly format: 'ndjson' | 'text'
}

export type Spec = FileSpec | TreeSpec | NamedFilesSpec | CommandSpec | ProbeSpec | AskedSpec
