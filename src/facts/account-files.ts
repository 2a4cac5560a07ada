import type {Account, Group} from './accounts.js'

/** The largest uid_t. The kernel takes it for "no ID"; a file may still say it. */
const MAX_ID = 0xffff_ffff

/**
 * Reads passwd(5) as glibc's `files` service does: lines that it cannot parse are no accounts, and
 * neither are `+` and `-` lines, which mean something to the `compat` service only.
 */
export function parsePasswd(text: string): Account[] {
  return records(text).flatMap(([name = '', , uid, gid, , home = '', shell = '']) => {
    const ids = [parseId(uid), parseId(gid)] as const
    return ids[0] === null || ids[1] === null ? [] : [{name, uid: ids[0], gid: ids[1], home, shell}]
  })
}

/** Reads group(5) by the same rules. */
export function parseGroup(text: string): Group[] {
  return records(text).flatMap(([name = '', , gid, members = '']) => {
    const id = parseId(gid)
    return id === null ? [] : [{name, gid: id, members: members.split(',').filter((member) => member !== '')}]
  })
}

/** Does it hold lines that let the `compat` service ask elsewhere (NIS)? */
export function hasCompatLines(text: string): boolean {
  return /^[ \t]*[+-]/m.test(text)
}

function records(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !/^[#+:-]/.test(line))
    .map((line) => line.split(':'))
}

function parseId(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null
  const id = Number(text)
  return id > MAX_ID ? null : id
}
