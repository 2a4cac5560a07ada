import {isIPv4} from 'node:net'
import type {Fact} from '../../facts/define.js'
import type {GaiConf} from '../../facts/gai-conf.js'
import {UserError} from '../../model/user-error.js'
import type {Destination} from '../../models/destination-order/destination.js'
import {orderDestinations, sourceTowards} from '../../models/destination-order/order.js'
import type {OrderRule} from '../../models/destination-order/rank.js'
import {isMapped, parseIp6} from '../../models/source-address/ip6-address.js'
import type {SourceReport} from './answer.js'
import {orderBecause} from './order-because.js'

/** What `predict source --order` says about the addresses of one name. */
export interface OrderReport {
  /** As getaddrinfo() returns them; null: not known, see `unknowns`. */
  readonly order: readonly OrderedDestination[] | null
  /** Of each neighbouring pair of `order`. */
  readonly decisions: readonly {
    readonly first: string
    readonly second: string
    /** null: the order is the same whatever is not known, but which rule decides is not. */
    readonly rule: OrderRule | null
    readonly why: string
  }[]
  /** That which programs try first, where it is known; also without `order`. */
  readonly first?: string
  /** What decides and is not known; empty with an `order`. */
  readonly unknowns: readonly string[]
  /** Without an `order`: the destinations as they were given. */
  readonly dests?: readonly OrderedDestination[]
  readonly warnings?: readonly string[]
  /** What was taken for granted. */
  readonly assumed: readonly string[]
}

export interface OrderedDestination {
  /** As it was asked for. */
  readonly dest: string
  /** null: there is none (`error`), or it is not known (`unknowns`). */
  readonly source: string | null
  readonly error?: SourceReport['error']
  readonly unknowns?: readonly string[]
}

/** A destination for the model, and for the report. */
export interface ToOrder {
  readonly destination: Destination
  readonly shown: OrderedDestination
}

/** More than any name has; beyond it the ways in which unknown sources may order them take their time. */
const MOST = 256
const MOST_LINES = 10

/** Flags that make another socket than getaddrinfo() does. */
const socketFlags = ['oif', 'mark', 'prefer'] as const

/** Throws a UserError for what is no question about an order. */
export function checkOrder(
  dests: readonly string[],
  flags: {readonly [Flag in (typeof socketFlags)[number]]?: string | undefined},
): void {
  const flag = socketFlags.find((name) => flags[name] !== undefined)
  if (flag) throw new UserError(`--order takes no --${flag}: getaddrinfo() asks the kernel by a socket of its own.`)
  if (dests.length >= 2 && dests.length <= MOST) return
  throw new UserError(`--order takes the addresses of one name: 2 to ${MOST} of them.`, {
    suggestions: ['netdoctor predict source --order 2001:db8::1 192.0.2.1'],
  })
}

/** An IPv4 destination, whose source no model knows; null if it is not one. */
export function ipv4ToOrder(dest: string): ToOrder | null {
  const bits = parseIp6(dest)
  if (!isIPv4(dest) && (bits === null || !isMapped(bits) || dest.includes('%'))) return null
  return {
    destination: {address: dest, source: 'unknown'},
    shown: {dest, source: null, unknowns: ['sources of IPv4 are not predicted']},
  }
}

export function ipv6ToOrder(destination: Destination, {dest, source, error, unknowns}: SourceReport): ToOrder {
  return {destination, shown: {dest, source, ...(error && {error}), ...(unknowns && {unknowns})}}
}

/** @param elsewhere another network namespace than netdoctor's was asked about */
export function orderReportOf(asked: readonly ToOrder[], gai: Fact<GaiConf>, elsewhere: boolean): OrderReport {
  const shownAt = (index: number) => asked.slice(index, index + 1).map(({shown}) => shown)
  const destAt = (index: number) => asked[index]?.shown.dest ?? ''
  const dests = asked.map(({shown}) => shown)
  const assumed = assumptions(elsewhere)
  if (!gai.known) {
    return {order: null, decisions: [], unknowns: gai.missing.map(({detail}) => detail), dests, assumed}
  }
  const {readings} = gai.value
  const destinations = asked.map(({destination}) => destination)
  const {order, decisions, first, unknowns} = orderDestinations(destinations, gai.value)
  const warnings = warningsOf(gai.value)
  return {
    order: order?.flatMap(shownAt) ?? null,
    decisions: decisions.flatMap(({first: one, second: other, rule}) => {
      const [a, b] = [destinations[one], destinations[other]]
      if (!a || !b) return []
      return [{first: destAt(one), second: destAt(other), rule, why: orderBecause(rule, a, b, readings)}]
    }),
    ...(first === null ? {} : {first: destAt(first)}),
    unknowns: [...new Set([...unknowns, ...reasons(unknowns, asked)])],
    ...(order === null ? {dests} : {}),
    ...(warnings.length === 0 ? {} : {warnings}),
    assumed,
  }
}

/** Why the sources that decide are not known. */
function reasons(unknowns: readonly string[], asked: readonly ToOrder[]): readonly string[] {
  const open = new Set(unknowns)
  return asked.flatMap(({destination: {address}, shown}) =>
    open.has(sourceTowards(address)) ? (shown.unknowns ?? []) : [],
  )
}

function warningsOf({mayCrash}: GaiConf): readonly string[] {
  if (mayCrash.length === 0) return []
  const numbers = mayCrash.slice(0, MOST_LINES).map(({line}) => line)
  const more = mayCrash.length > MOST_LINES ? ` and ${mayCrash.length - MOST_LINES} more` : ''
  const lines = `${mayCrash.length === 1 ? 'line' : 'lines'} ${numbers.join(', ')}${more} of gai.conf`
  return [
    `an address without a length in ${lines}: there glibc before 2.41 follows a pointer that is not set, and programs may crash in getaddrinfo() (glibc bug 32465)`,
  ]
}

function assumptions(elsewhere: boolean): readonly string[] {
  return [
    'the name service gives these addresses in this order, and the program takes both families',
    ...(elsewhere
      ? [
          "gai.conf is this host's: a container has its own files, and ip netns exec shows /etc/netns/NAME/gai.conf if there is one",
        ]
      : []),
  ]
}
