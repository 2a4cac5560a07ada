/** One `nproc` line of limits.conf(5). */
export interface PamNprocLimit {
  /** `*`, a user, `@group`, `:min-max`, `%group`. */
  readonly domain: string
  readonly type: 'soft' | 'hard' | '-'
  /** Infinity for `unlimited`, `infinity`, `-1`. */
  readonly value: number
  readonly path: string
  readonly line: number
}
