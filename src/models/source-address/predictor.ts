import type {Kernel} from '../../facts/kernel.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {SourceAnswer, SourceQuestion} from './answer.js'
import {explore} from './assumptions.js'
import {answerOf, keyOf, unknownAnswer} from './combine.js'
import {type Connection, connect} from './connect.js'
import {Devices} from './devices.js'
import {isMapped, parseIp6} from './ip6-address.js'
import {LabelTable} from './label-table.js'
import {Lookup} from './lookup.js'
import {distinctUids} from './policy-rules.js'
import {SOURCE_RULES, type SourceRule} from './source-rules.js'

export interface SourceOptions {
  /** Of the host; absent or null: not known, so that what differs between kernels is not known either. */
  readonly kernel?: Kernel | null
  /** CONFIG_IPV6_MIP6, with which home addresses are preferred; absent or null: not known. */
  readonly mobileIpv6?: boolean | null
  /** The steps of selection, for tests that break them. */
  readonly rules?: readonly SourceRule[]
}

/** Answers any number of questions about one namespace. */
export interface SourcePredictor {
  ask(question: SourceQuestion): SourceAnswer
}

/**
 * What connect(2) of a UDP socket and getsockname(2) would give: the route and the source address that the kernel
 * chooses, with the rule that decides (ip6_dst_lookup_tail(), net/ipv6/ip6_output.c). Read in Linux 6.12, measured on
 * 6.18 and, with VRFs and home addresses, on 6.1.
 *
 * Not known, and said so if it could change the answer: what the namespace does not show; the next hop that the hash
 * of a flow picks; what policy rules ask of a socket besides its device, mark and UID; Mobile IPv6.
 *
 * Taken for granted: CONFIG_IPV6_ROUTER_PREF, CONFIG_IPV6_SUBTREES and CONFIG_IPV6_MULTIPLE_TABLES, as distributions
 * build kernels; no rule with FIB_RULE_FIND_SADDR, which iproute2 neither sets nor shows; that a router which failed did
 * so less than a minute ago, for a later lookup tries it anew; and what no dump of routes shows: there is no route
 * without a gateway between two of the same metric with one (fib6_dump_node()), and routes that were appended to a
 * multipath route have its `src` and preference (rt6_fill_node()).
 */
export function createSourcePredictor(network: NetworkNamespace, options: SourceOptions = {}): SourcePredictor {
  const sockets = createSockets(network, options)
  return {
    ask(question) {
      const socket = sockets(question)
      if ('unknowns' in socket) return unknownAnswer(question.dest, socket.unknowns)
      return answerOf(
        question.dest,
        explore((assume) => connect({...socket, assume}), keyOf),
      )
    },
  }
}

export type Socket = Omit<Connection, 'assume'>

/** Makes a namespace ready, and then each question. */
export function createSockets(
  network: NetworkNamespace,
  {kernel = null, mobileIpv6 = null, rules = SOURCE_RULES}: SourceOptions,
): (question: SourceQuestion) => Socket | {readonly unknowns: readonly string[]} {
  const devices = new Devices(network)
  const labels = network.labels && new LabelTable(network.labels, devices)
  const lookup = lookupOf(network, devices)
  const uids = distinctUids(network.rules ?? [])
  const missing = [
    ...(network.linksKnown === false ? ['the links or addresses of the namespace could not be read'] : []),
    ...(network.rules === null ? ['the policy rules could not be read'] : []),
    ...(network.routes === null ? ['the routes could not be read'] : []),
  ]
  return (question) => {
    const [address = '', zone] = question.dest.split('%')
    const dest = parseIp6(address)
    if (dest === null) return {unknowns: [`${question.dest} is no IPv6 address`]}
    if (isMapped(dest)) return {unknowns: [`${question.dest} is an IPv4 destination: what is sent there is IPv4`]}
    if (lookup === null || missing.length > 0) return {unknowns: missing}
    const {oif = zone, mark = 0, prefer, uid} = question
    return {all: network.all, devices, labels, lookup, kernel, mobileIpv6, rules, dest, oif, mark, prefer, uid, uids}
  }
}

function lookupOf(network: NetworkNamespace, devices: Devices): Lookup | null {
  const {rules, routes} = network
  return rules && routes && new Lookup(devices, {...network, rules, routes})
}

/** One question; `createSourcePredictor()` is for many. */
export function chooseSource(
  network: NetworkNamespace,
  question: SourceQuestion,
  options: SourceOptions = {},
): SourceAnswer {
  return createSourcePredictor(network, options).ask(question)
}
