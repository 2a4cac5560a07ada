/** `[rlimits] rlimit-nproc` of avahi-daemon.conf(5); null when avahi sets no such limit. */
export interface AvahiConfig {
  readonly rlimitNproc: number | null
  readonly path: string
  readonly line: number | null
  readonly text: string
}
