/** A network namespace, its gai.conf, and names with the addresses that /etc/hosts gives them. */
export interface Configuration {
  /** Commands of ip(8) that make links and bring them up, before `sysctl`. */
  readonly links: readonly string[]
  /** Below /proc/sys/net. */
  readonly sysctl: readonly (readonly [string, number])[]
  /** Devices of a hardware type (ARPHRD_*), made before all else. */
  readonly tunnels: readonly (readonly [string, number])[]
  /** Commands of ip(8): addresses and routes. */
  readonly ip: readonly string[]
  /** null: there is none. */
  readonly gai: string | null
  readonly names: readonly Name[]
}

export interface Name {
  readonly name: string
  /** In the order of /etc/hosts. */
  readonly addresses: readonly string[]
}
