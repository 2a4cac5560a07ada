/**
 * The kernel's list of devices (dev_base_head), which the choice of a source address walks, as ifindexes.
 * `ip link` does not show it: its dump is by ifindex, while the list has the order in which devices came to the
 * namespace. /proc/net/igmp6 is made by walking it (igmp6_mc_get_first(), net/ipv6/mcast.c), and every device with
 * IPv6 is a member of ff02::1.
 */
export function parseDeviceOrder(text: string): readonly number[] {
  const order = new Set<number>()
  for (const line of text.split('\n')) {
    const index = /^(\d{1,10})\s/.exec(line)?.[1]
    if (index !== undefined) order.add(Number(index))
  }
  return [...order]
}

/**
 * Links in the order of the kernel's list; what the list does not show stands last. Known only if it shows
 * every link that has an address: of others, none is a candidate.
 */
export function orderLinks<Link extends {readonly index: number; readonly addresses: readonly unknown[]}>(
  links: readonly Link[],
  order: readonly number[],
): {readonly links: readonly Link[]; readonly known: boolean} {
  const places = new Map(order.map((index, place) => [index, place]))
  const place = ({index}: Link) => places.get(index) ?? order.length
  return {
    links: links.toSorted((a, b) => place(a) - place(b)),
    known: links.every(({index, addresses}) => addresses.length === 0 || places.has(index)),
  }
}
