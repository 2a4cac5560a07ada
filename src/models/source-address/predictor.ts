import type {Kernel} from '../../facts/kernel.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {SourceAnswer, SourceQuestion} from './answer.js'
import {explore} from './assumptions.js'
import {answerOf, keyOf, unknownAnswer} from './combine.js'
import {type Connection, connect} from './connect.js'
import {Devices} from './devices.js'
import {type Ip6, isMapped, parseIp6} from './ip6-address.js'
import {LabelTable} from './label-table.js'
import {Lookup} from './lookup.js'
import {SOURCE_RULES, type SourceRule} from './source-rules.js'

export interface SourceOptions {
  /** Of the host; absent or null: not known, so that what differs between kernels is not known either. */
  readonly kernel?: Kernel | null
  /** The steps of selection, for tests that break them. */
  readonly rules?: readonly SourceRule[]
}

/** Answers any number of questions about one namespace. */
export interface SourcePredictor {
  ask(question: SourceQuestion): SourceAnswer
}

/**
 * What connect(2) of a UDP socket and getsockname(2) would give: the route and the source address that the kernel
 * chooses, with the rule that decides (ip6_dst_lookup_tail(), net/ipv6/ip6_output.c). Measured on Linux 6.18, read in
 * 6.12.
 *
 * Not known, and said so if it could change the answer: what the namespace does not show; the next hop that the hash
 * of a flow picks; what policy rules ask of a socket besides its device, mark and UID; Mobile IPv6. Taken for granted:
 * CONFIG_IPV6_ROUTER_PREF, CONFIG_IPV6_SUBTREES and CONFIG_IPV6_MULTIPLE_TABLES, as distributions build kernels; no
 * rule with FIB_RULE_FIND_SADDR, which iproute2 cannot set; a failed router that failed less than a minute ago, for a
 * later lookup tries it anew; no route of one metric without a gateway between two with one, which the kernel's dump
 * leaves out (fib6_dump_node()).
 */
export function createSourcePredictor(network: NetworkNamespace, options: SourceOptions = {}): SourcePredictor {
  const devices = new Devices(network)
  const {rules, routes} = network
  const labels = network.labels && new LabelTable(network.labels, devices)
  const lookup = rules && routes && new Lookup(devices, {...network, rules, routes})
  const missing = [
    ...(network.linksKnown === false ? ['the links or addresses of the namespace could not be read'] : []),
    ...(rules === null ? ['the policy rules could not be read'] : []),
    ...(routes === null ? ['the routes could not be read'] : []),
  ]
  return {
    ask(question) {
      const [address = '', zone] = question.dest.split('%')
      const dest = parseIp6(address)
      const problem = dest === null ? `${question.dest} is no IPv6 address` : notIpv6(dest, question)
      if (dest === null || problem !== null) return unknownAnswer(question.dest, [problem ?? ''])
      if (lookup === null || missing.length > 0) return unknownAnswer(question.dest, missing)
      const oif = question.oif ?? zone
      const connection: Omit<Connection, 'assume'> = {
        all: network.all,
        devices,
        labels,
        lookup,
        kernel: options.kernel ?? null,
        rules: options.rules ?? SOURCE_RULES,
        dest,
        oif,
        mark: question.mark ?? 0,
        prefer: question.prefer,
        uid: question.uid,
      }
      const explored = explore((assume) => connect({...connection, assume}), keyOf)
      return answerOf(question.dest, explored)
    },
  }
}

function notIpv6(dest: Ip6, {dest: text}: SourceQuestion): string | null {
  return isMapped(dest) ? `${text} is an IPv4 destination: what is sent there is IPv4` : null
}

/** One question; `createSourcePredictor()` is for many. */
export function chooseSource(
  network: NetworkNamespace,
  question: SourceQuestion,
  options: SourceOptions = {},
): SourceAnswer {
  return createSourcePredictor(network, options).ask(question)
}
