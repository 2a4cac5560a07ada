import type {Missing} from '../model/missing.js'

/** One input as it was read: text, and where it came from. */
export interface Raw {
  readonly status: 'raw'
  /** Path, command line or API call that gave it. */
  readonly origin: string
  readonly text: string
  /** Of a command. A code outside the spec's `okExitCodes` never becomes a Raw. */
  readonly exitCode?: number
  /** Parts that are missing although the rest was read; they travel on as gaps of the fact. */
  readonly gaps?: readonly Missing[]
}

export type TreeEntry =
  /** `invalidUtf8`: not all of its bytes were UTF-8; `text` has U+FFFD for them. */
  | {readonly type: 'file'; readonly path: string; readonly text: string; readonly invalidUtf8?: true}
  | {readonly type: 'symlink'; readonly path: string; readonly target: string}
  /** An entry that exists and could not be read. */
  | {readonly type: 'unread'; readonly path: string; readonly missing: Missing}
  /** It exists; its content was not asked for (names only, or a program that is no script). */
  | {readonly type: 'present'; readonly path: string}
  /** Of files that were asked for by name: it was looked for and is not there. */
  | {readonly type: 'absent'; readonly path: string}
  /** A glob(7) pattern that was asked for, and the paths that it matched, sorted; each has an entry of its own. */
  | {readonly type: 'glob'; readonly path: string; readonly matches: readonly string[]}

/** Files of one kind below some folders, in path order. Links are listed, not followed. */
export interface Tree {
  readonly status: 'tree'
  readonly origin: string
  readonly entries: readonly TreeEntry[]
}

export type Collected = Raw | Tree | Missing
