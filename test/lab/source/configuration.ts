/** How a namespace is built, one after another: what is written below /proc/sys/net/ipv6, what `ip -6 -batch` runs. */
export interface Phase {
  readonly sysctl?: readonly (readonly [path: string, value: number])[]
  readonly ip?: readonly string[]
  /** The same without `-6`, for what is of no family. */
  readonly anyFamily?: readonly string[]
  /** Seconds. */
  readonly sleep?: number
}

export interface LabQuestion {
  readonly dest: string
  /** SO_BINDTODEVICE */
  readonly oif?: string
  /** The zone of the address, instead. */
  readonly zone?: string
  readonly mark?: number
}

export interface Configuration {
  readonly phases: readonly Phase[]
  readonly questions: readonly LabQuestion[]
}
