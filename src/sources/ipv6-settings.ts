/** Files of /proc/sys/net/ipv6/conf/NAME that decide something, by the setting that they hold. */
export const ipv6SettingFiles = {
  disableIpv6: 'disable_ipv6',
  forwarding: 'forwarding',
  acceptRa: 'accept_ra',
  acceptRaDefrtr: 'accept_ra_defrtr',
  useTempaddr: 'use_tempaddr',
  useOptimistic: 'use_optimistic',
  optimisticDad: 'optimistic_dad',
  useOifAddrsOnly: 'use_oif_addrs_only',
  ignoreRoutesWithLinkdown: 'ignore_routes_with_linkdown',
} as const
