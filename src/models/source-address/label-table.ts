import type {AddressLabel} from '../../facts/network/namespace.js'
import type {Devices, OwnAddress} from './devices.js'
import {type Ip6, parseIp6, prefixBits} from './ip6-address.js'

/** IPV6_ADDR_LABEL_DEFAULT: of an address that no entry covers. */
const NO_LABEL = 0xffffffff

/** The table of `ip addrlabel`: the longest prefix counts, and of equal ones that of the device (net/ipv6/addrlabel.c). */
export class LabelTable {
  private readonly lengths: readonly number[]
  private readonly entries = new Map<string, number>()
  private readonly own = new Map<OwnAddress, number>()

  constructor(labels: readonly AddressLabel[], devices: Devices) {
    for (const {prefix, prefixLength, label, dev} of labels) {
      const bits = parseIp6(prefix)
      const index = dev === null ? 0 : devices.named(dev)?.index
      if (bits === null || index === undefined) continue
      const key = keyOf(bits, prefixLength, index)
      if (!this.entries.has(key)) this.entries.set(key, label)
    }
    this.lengths = [...new Set(labels.map(({prefixLength}) => prefixLength))].sort((a, b) => b - a)
  }

  /** @param device index; 0: none, so that no entry of a device counts */
  labelOf(address: Ip6, device: number): number {
    for (const length of this.lengths) {
      const label =
        (device === 0 ? undefined : this.entries.get(keyOf(address, length, device))) ??
        this.entries.get(keyOf(address, length, 0))
      if (label !== undefined) return label
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

function keyOf(address: Ip6, length: number, device: number): string {
  return `${device}/${length}/${prefixBits(address, length)}`
}
