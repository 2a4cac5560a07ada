/** One line of subuid(5) or subgid(5): `count` IDs from `start` on. */
export interface SubordinateRange {
  /** As written: a login name or a number. */
  readonly owner: string
  /** UID of the owner where the account is known. */
  readonly ownerUid: number | null
  readonly start: number
  readonly count: number
  readonly path: string
  readonly line: number
}

export interface SubordinateIds {
  readonly uids: readonly SubordinateRange[]
  readonly gids: readonly SubordinateRange[]
  /** nsswitch.conf takes them from elsewhere (`subid: sss`): the files do not decide. */
  readonly fromFiles: boolean
}
