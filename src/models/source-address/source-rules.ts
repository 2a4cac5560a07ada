import {atLeast} from '../../facts/kernel.js'
import type {DecidingRule} from './answer.js'
import type {Assume} from './assumptions.js'
import {type Device, isSet, type OwnAddress} from './devices.js'
import {commonPrefixLength} from './ip6-address.js'
import type {Selection} from './select-source.js'

/** One step of ipv6_get_saddr_eval(): how well a candidate fits; the higher, the better. */
export interface SourceRule {
  readonly name: DecidingRule
  fit(candidate: OwnAddress, selection: Selection): number
}

/** More than any scope, so that each that is not enough is worse than each that is. */
const NOT_ENOUGH_SCOPE = -128

/**
 * In the order in which the kernel asks (net/ipv6/addrconf.c). It has no rule 5.5 of RFC 6724; patches that add one were
 * proposed in November 2025 and July 2026.
 */
export const SOURCE_RULES: readonly SourceRule[] = [
  {name: 'same-address', fit: ({bits}, {dest}) => Number(bits === dest)},
  {name: 'scope', fit: ({scope}, {destScope}) => (scope >= destScope ? -scope : scope + NOT_ENOUGH_SCOPE)},
  {
    name: 'not-deprecated',
    fit: ({shown, alwaysPreferred, device}, selection) =>
      Number(alwaysPreferred || (!shown.deprecated && (!shown.optimistic || usesOptimistic(device, selection)))),
  },
  {
    name: 'home-address',
    fit: ({shown}, {mobileIpv6, assume}) => {
      if (!shown.homeAddress) return 0
      if (mobileIpv6 !== null) return Number(mobileIpv6)
      return assume('whether the kernel has Mobile IPv6 (CONFIG_IPV6_MIP6) and prefers home addresses')
    },
  },
  {name: 'outgoing-interface', fit: ({device}, {out}) => Number(out === null || out.index === device.index)},
  {
    name: 'label',
    fit: (candidate, {labels, destLabel, assume}) =>
      labels === null
        ? assume(`whether ${candidate.shown.address} has the label of the destination: the labels could not be read`)
        : Number(labels.labelOfOwn(candidate) === destLabel),
  },
  {
    name: 'privacy',
    fit: ({shown, device}, selection) => Number(shown.temporary === prefersTemporary(device, selection)),
  },
  {name: 'orchid', fit: ({orchid}, {destOrchid}) => Number(orchid === destOrchid)},
  {
    name: 'longest-prefix',
    fit: ({bits, shown}, {dest}) => Math.min(commonPrefixLength(bits, dest), shown.prefixLength),
  },
  {name: 'not-optimistic', fit: ({shown}) => Number(!shown.optimistic)},
]

/** ipv6_use_optimistic_addr() */
function usesOptimistic({link, name}: Device, {all, kernel, assume}: Selection): boolean {
  const has = (setting: 'optimisticDad' | 'useOptimistic') =>
    isSet(link.settings[setting], name, setting, assume) ||
    (isSet(all[setting], 'all', setting, assume) && asksAll(kernel, assume))
  return has('optimisticDad') && has('useOptimistic')
}

/** Until Linux 4.14 (commit 35e015e1f577) writing to conf/all had no effect; some older stable kernels have that too. */
function asksAll(kernel: Selection['kernel'], assume: Assume): boolean {
  if (kernel !== null && atLeast(kernel, 4, 14)) return true
  return assume('whether this kernel heeds optimistic_dad and use_optimistic of net.ipv6.conf.all') === 1
}

/** That of the candidate's device, not of the one that the packet leaves by. */
function prefersTemporary({link, name}: Device, {prefer, assume}: Selection): boolean {
  if (prefer !== undefined) return prefer === 'temporary'
  const {useTempaddr} = link.settings
  if (useTempaddr !== null) return useTempaddr >= 2
  return assume(`net.ipv6.conf.${name}.use_tempaddr could not be read`) === 1
}
