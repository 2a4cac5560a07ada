import type {AddressLabel} from '../../facts/network/namespace.js'
import type {Devices, OwnAddress} from './devices.js'
import {type Ip6, parseIp6, prefixKey} from './ip6-address.js'

/** IPV6_ADDR_LABEL_DEFAULT: of an address that no entry covers. */
const NO_LABEL = 0xffffffff

/** The table of `ip addrlabel`: the longest prefix counts, and of equal ones that of the device (net/ipv6/addrlabel.c). */
export class LabelTable {
  /** By descending length. */
  private readonly byLength: readonly (readonly [length: number, ofPrefix: Map<string, Entry[]>])[]
  private readonly own = new Map<OwnAddress, number>()

  constructor(labels: readonly AddressLabel[], devices: Devices) {
    const byLength = new Map<number, Map<string, Entry[]>>()
    for (const {prefix, prefixLength, label, dev} of labels) {
      const bits = parseIp6(prefix)
      const device = dev === null ? 0 : devices.named(dev)?.index
      if (bits === null || device === undefined) continue
      const ofPrefix = byLength.get(prefixLength) ?? new Map<string, Entry[]>()
      byLength.set(prefixLength, ofPrefix)
      const key = prefixKey(bits, prefixLength)
      const entries = ofPrefix.get(key) ?? []
      ofPrefix.set(key, entries)
      entries.push({device, label})
    }
    this.byLength = [...byLength].sort(([a], [b]) => b - a)
  }

  /** @param device index; 0: none, so that no entry of a device counts */
  labelOf(address: Ip6, device: number): number {
    for (const [length, ofPrefix] of this.byLength) {
      const entries = ofPrefix.get(prefixKey(address, length))
      if (entries === undefined) continue
      const entry = entries.find((each) => each.device === device) ?? entries.find((each) => each.device === 0)
      if (entry !== undefined) return entry.label
    }
    return NO_LABEL
  }

  labelOfOwn(address: OwnAddress): number {
    const known = this.own.get(address)
    if (known !== undefined) return known
    const label = this.labelOf(address.bits, address.device.index)
    this.own.set(address, label)
    return label
  }
}

interface Entry {
  /** 0: of all devices. */
  readonly device: number
  readonly label: number
}
