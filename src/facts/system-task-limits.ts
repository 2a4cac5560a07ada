/** Limits on all tasks of the host together. */
export interface SystemTaskLimits {
  /** kernel.threads-max */
  readonly threadsMax: number
  /** kernel.pid_max of the observer's PID namespace (of the whole host before about 6.14). */
  readonly pidMax: number
  /** Tasks there are now: the denominator of the fourth field of /proc/loadavg. */
  readonly tasks: number
}
