/** What decides whether a link takes router advertisements: values of /proc/sys/net/ipv6/conf/NAME; null: not known. */
export interface AdvertisementSettings {
  readonly forwarding: number | null
  readonly acceptRa: number | null
  readonly acceptRaDefrtr: number | null
}

/** `accept_ra=2`: also of a link that forwards. */
export const ACCEPT_RA_OF_ROUTER = 2

/**
 * Whether the kernel takes router advertisements on a link: ipv6_accept_ra() of include/net/addrconf.h. Only the
 * link's own values count, never those of `all`. null: not known.
 */
export function takesAdvertisements({forwarding, acceptRa}: AdvertisementSettings): boolean | null {
  // Either way the answer is the same whatever `forwarding` is.
  if (acceptRa === ACCEPT_RA_OF_ROUTER) return true
  if (acceptRa === 0) return false
  if (forwarding === null || acceptRa === null) return null
  return forwarding === 0
}

/** Whether an advertisement becomes or renews a default route: ndisc_router_discovery() of net/ipv6/ndisc.c. */
export function learnsDefaultRouter(settings: AdvertisementSettings): boolean | null {
  if (settings.acceptRaDefrtr === 0) return false
  const takes = takesAdvertisements(settings)
  if (takes === false) return false
  return settings.acceptRaDefrtr === null ? null : takes
}

/**
 * Whether a default route that came from an advertisement on this link goes the moment a value other than 0 is written
 * to `forwarding` of all links or of any one, be it another: __rt6_purge_dflt_routers() of net/ipv6/route.c. It looks
 * at `accept_ra` alone. Writing to `default` purges nothing.
 */
export function isPurgedByForwarding({acceptRa}: Pick<AdvertisementSettings, 'acceptRa'>): boolean | null {
  return acceptRa === null ? null : acceptRa !== ACCEPT_RA_OF_ROUTER
}
