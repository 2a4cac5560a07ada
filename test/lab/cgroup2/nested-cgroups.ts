import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import type {Tree} from './generate.js'

/** Forks refused, as a cgroup counts them; null: the controller is not enabled for it. */
export interface Refusals {
  /** Path in the hierarchy. */
  readonly path: string
  readonly refused: number | null
  /** The cgroup whose limit it was counts, not the one that forked. */
  readonly atLimit: boolean
}

/** The cgroups of one situation, below the root of the hierarchy. */
export class NestedCgroups {
  readonly #root: string
  readonly #tree: Tree
  /** From the outermost to the innermost. */
  readonly #levels: readonly string[]
  readonly #folders: string[]

  constructor(root: string, name: string, tree: Tree) {
    this.#root = root
    this.#tree = tree
    this.#levels = tree.limits.map((_, level) => join(root, name, ...Array(level).fill('inner')))
    this.#folders = [...this.#levels]
    for (const [level, folder] of this.#levels.entries()) {
      mkdirSync(folder)
      const next = level + 1
      const enable = next < this.#levels.length && (tree.innermostCounts || next < this.#levels.length - 1)
      const control = join(folder, 'cgroup.subtree_control')
      // cgroup v1 has the controller in every cgroup.
      if (enable && existsSync(control)) writeFileSync(control, '+pids')
    }
  }

  /** cgroup.procs of the innermost. */
  get procs(): string {
    return join(this.#levels.at(-1) ?? this.#root, 'cgroup.procs')
  }

  /** The cgroup that a crowd goes to: beside the prober's way down, as only leaves have processes. */
  procsOf(crowd: number): string {
    const level = this.#tree.crowds[crowd]?.level ?? 0
    if (level === this.#levels.length - 1) return this.procs
    const folder = join(this.#levels[level] ?? this.#root, `crowd-${crowd}`)
    mkdirSync(folder)
    this.#folders.push(folder)
    return join(folder, 'cgroup.procs')
  }

  /** Once all are there: so there may be more than the limit allows. */
  limit(): void {
    for (const [level, limit] of this.#tree.limits.entries()) {
      if (limit !== null) writeFileSync(join(this.#levels[level] ?? '', 'pids.max'), String(limit))
    }
  }

  /** What pids.events (from Linux 6.11 on: pids.events.local) says, from the innermost up to the outermost. */
  refusals(): Refusals[] {
    return this.#levels.toReversed().map((folder) => {
      const atLimit = existsSync(join(folder, 'pids.events.local'))
      const file = join(folder, atLimit ? 'pids.events.local' : 'pids.events')
      const refused = existsSync(file) ? Number(/^max (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1]) : null
      return {path: folder.slice(this.#root.length), refused, atLimit}
    })
  }

  /** Once all its tasks have been reaped; the kernel may take a moment to notice. */
  async remove(): Promise<void> {
    for (const folder of this.#folders.toSorted((a, b) => b.length - a.length)) {
      for (let tries = 0; existsSync(folder); tries++) {
        try {
          rmdirSync(folder)
        } catch (error) {
          if (tries > 250) throw error
          await setTimeout(20)
        }
      }
    }
  }
}
