import {mkdtemp} from 'node:fs/promises'
import {guard} from './guard.js'

export interface Scratch {
  /** Short: the path of a Unix socket below it must fit into 107 bytes. */
  readonly dir: string
  /** Unique on this machine; fit for names of containers, accounts and cgroups. */
  readonly id: string
  remove(): Promise<void>
}

/** A temporary folder that is removed with all that is mounted below it, whatever happens. */
export async function scratch(): Promise<Scratch> {
  const dir = await mkdtemp('/tmp/nd-')
  const {release} = guard(`${UNMOUNT_BELOW}\nunmount_below "$1"\nrm -rf --one-file-system "$1"`, dir)
  return {dir, id: dir.slice('/tmp/'.length).toLowerCase(), remove: release}
}

/** A shell function: unmounts what lies below $1, innermost first. */
export const UNMOUNT_BELOW = `unmount_below() {
  awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | sort -r |
    while read -r place; do umount -l "$place"; done
}`
