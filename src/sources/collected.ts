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
  | {readonly type: 'file'; readonly path: string; readonly text: string}
  | {readonly type: 'symlink'; readonly path: string; readonly target: string}
  /** An entry that exists and could not be read. */
  | {readonly type: 'unread'; readonly path: string; readonly missing: Missing}

/** Files of one kind below some folders, in path order. Links are listed, not followed. */
export interface Tree {
  readonly status: 'tree'
  readonly origin: string
  readonly entries: readonly TreeEntry[]
}

export type Collected = Raw | Tree | Missing
