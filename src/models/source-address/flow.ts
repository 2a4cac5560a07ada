import type {Ip6} from './ip6-address.js'

/** What a route is looked up for: struct flowi6, as far as it decides. The kernel changes it on the way. */
export interface Flow {
  readonly dest: Ip6
  /** ANY: not chosen yet (no RT6_LOOKUP_F_HAS_SADDR). */
  source: Ip6
  /** ifindex; 0: any. A VRF's is replaced by 0, for its table is looked up instead (l3mdev_update_flow()). */
  oif: number
  /** ifindex of the VRF of `oif`; 0: none. */
  domain: number
  readonly mark: number
  /** RT6_LOOKUP_F_IFACE: routes through other devices than `oif` do not count. */
  readonly strict: boolean
}
