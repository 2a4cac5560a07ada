import type {Kernel} from '../../facts/kernel.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {Candidate, DecidingRule, SourceQuestion} from './answer.js'
import type {Assume} from './assumptions.js'
import {type Device, type Devices, isSet, type OwnAddress} from './devices.js'
import {type Ip6, isMulticast, SCOPE_LINK_LOCAL} from './ip6-address.js'
import type {LabelTable} from './label-table.js'
import {SOURCE_RULES, type SourceRule} from './source-rules.js'

/** For whom an address is sought. */
export interface Selection {
  readonly all: NetworkNamespace['all']
  readonly devices: Devices
  /** null: not readable. */
  readonly labels: LabelTable | null
  readonly kernel: Kernel | null
  readonly assume: Assume
  readonly dest: Ip6
  readonly destScope: number
  readonly destOrchid: boolean
  /** Computed once; null without `labels`. */
  readonly destLabel: number | null
  /** The device that the packet leaves by; null: there is no route. */
  readonly out: Device | null
  readonly prefer: SourceQuestion['prefer']
  /** null: not known. */
  readonly mobileIpv6: boolean | null
}

export interface Selected {
  readonly chosen: OwnAddress
  readonly rule: DecidingRule
  readonly runnerUp: {readonly candidate: OwnAddress; readonly lostBy: DecidingRule} | null
}

/**
 * ipv6_dev_get_saddr() (net/ipv6/addrconf.c): null if there is no candidate (EADDRNOTAVAIL).
 *
 * @param rules those of the kernel, unless a test breaks them
 */
export function selectSource(selection: Selection, rules: readonly SourceRule[] = SOURCE_RULES): Selected | null {
  const candidates = candidatesOf(selection)
  const first = bestOf(candidates, null, selection, rules)
  if (first === null) return null
  const chosen = firstOfEqual(first, candidates, selection, rules)
  const second = bestOf(candidates, chosen, selection, rules)
  if (second === null) return {chosen, rule: 'only-candidate', runnerUp: null}
  const lostBy = compare(chosen, second, selection, rules).rule
  return {chosen, rule: lostBy, runnerUp: {candidate: second, lostBy}}
}

function bestOf(
  candidates: readonly OwnAddress[],
  except: OwnAddress | null,
  selection: Selection,
  rules: readonly SourceRule[],
): OwnAddress | null {
  let best: OwnAddress | null = null
  for (const candidate of candidates) {
    if (candidate === except) continue
    if (best === null || compare(candidate, best, selection, rules).order > 0) best = candidate
  }
  return best
}

/** The rules look at one candidate each, so what is best does not depend on the order; only a tie does. */
function compare(
  a: OwnAddress,
  b: OwnAddress,
  selection: Selection,
  rules: readonly SourceRule[],
): {readonly order: number; readonly rule: DecidingRule} {
  for (const rule of rules) {
    const order = rule.fit(a, selection) - rule.fit(b, selection)
    if (order !== 0) return {order, rule: rule.name}
  }
  return {order: 0, rule: 'first-in-order'}
}

/** Which of equally good ones of several devices is seen first, if the order of devices is not known. */
function firstOfEqual(
  best: OwnAddress,
  candidates: readonly OwnAddress[],
  selection: Selection,
  rules: readonly SourceRule[],
): OwnAddress {
  if (selection.devices.orderKnown) return best
  const firstOfDevice = new Map<Device, OwnAddress>()
  for (const candidate of candidates) {
    if (firstOfDevice.has(candidate.device)) continue
    if (compare(candidate, best, selection, rules).order === 0) firstOfDevice.set(candidate.device, candidate)
  }
  if (firstOfDevice.size < 2) return best
  const names = [...firstOfDevice.keys()].map(({name}) => name).join(', ')
  const first = selection.assume(`which of ${names} comes first in the kernel's list of devices`, firstOfDevice.size)
  return [...firstOfDevice.values()][first] ?? best
}

/** The candidate set (RFC 6724 section 4), in the order in which the kernel looks at it. */
function candidatesOf(selection: Selection): readonly OwnAddress[] {
  const candidates: OwnAddress[] = []
  for (const {addresses} of devicesInQuestion(selection)) {
    for (const address of addresses) if (address.candidate) candidates.push(address)
  }
  return candidates
}

/** Whether a device is up does not matter. */
function devicesInQuestion(selection: Selection): readonly Device[] {
  const {out, devices} = selection
  if (out !== null && usesOwnAddressesOnly(out, selection)) return [out]
  const domain = out?.domain ?? 0
  const inDomain = devices.inOrder.filter((device) => device.domain === domain)
  if (domain === 0 || out === null) return inDomain
  // ipv6_get_saddr_master() looks at the device and its VRF first. It means to stop there if one has enough scope,
  // but compares a distance that is never above zero.
  const master = devices.at(domain)
  return [...new Set([out, ...(master ? [master] : []), ...inDomain])]
}

function usesOwnAddressesOnly({link, name}: Device, {dest, destScope, assume}: Selection): boolean {
  if (isMulticast(dest) || destScope <= SCOPE_LINK_LOCAL) return true
  return isSet(link.settings.useOifAddrsOnly, name, 'useOifAddrsOnly', assume)
}

export function shownCandidate({shown, device}: OwnAddress): Candidate {
  return {address: shown.address, dev: device.name, prefixLength: shown.prefixLength}
}
