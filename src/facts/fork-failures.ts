export interface ForkFailure {
  readonly from: 'journal' | 'kernel-log'
  readonly at: string | null
  /** systemd unit or program name. */
  readonly unit: string | null
  readonly message: string
  /**
   * Which step failed, as far as the text tells: `exec` (systemd's 203/EXEC), `fork`, or the pids
   * controller itself, which names itself in the kernel log.
   */
  readonly step: 'fork' | 'exec' | 'pids-controller'
  /** The cgroup that the kernel log names. */
  readonly cgroup: string | null
}
