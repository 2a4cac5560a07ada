import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import type {CgroupLimit} from './situation.js'

/** Where the lab can make cgroups with a pids controller; null: nowhere. */
export const pidsRoot = existsSync('/sys/fs/cgroup/pids/cgroup.procs')
  ? '/sys/fs/cgroup/pids'
  : hasPids('/sys/fs/cgroup/cgroup.subtree_control')
    ? '/sys/fs/cgroup'
    : null

/** cgroup v2: do the cgroups below have the controller? The root itself has no pids.max. */
function hasPids(file: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').trim().split(' ').includes('pids')
}

/** Two nested cgroups of the lab's own. */
export class LabCgroup {
  /** Its file cgroup.procs. */
  readonly procs: string
  readonly #folders: readonly [outer: string, inner: string]

  constructor(root: string, name: string, {outer, inner}: CgroupLimit) {
    const folders = [join(root, name), join(root, name, 'inner')] as const
    this.#folders = folders
    this.procs = join(folders[1], 'cgroup.procs')
    mkdirSync(folders[0])
    const control = join(folders[0], 'cgroup.subtree_control')
    if (existsSync(control)) writeFileSync(control, '+pids')
    mkdirSync(folders[1])
    if (outer !== null) writeFileSync(join(folders[0], 'pids.max'), String(outer))
    if (inner !== null) writeFileSync(join(folders[1], 'pids.max'), String(inner))
  }

  /** Once all its tasks have been reaped; the kernel may take a moment to notice. */
  async remove(): Promise<void> {
    for (const folder of this.#folders.toReversed()) {
      for (let tries = 0; existsSync(folder); tries++) {
        try {
          rmdirSync(folder)
        } catch (error) {
          if (tries > 50) throw error
          await setTimeout(20)
        }
      }
    }
  }
}
