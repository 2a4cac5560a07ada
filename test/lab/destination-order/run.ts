import {type GaiConf, parseGaiConf} from '../../../src/facts/gai-conf.js'
import {addressOf, type Destination} from '../../../src/models/destination-order/destination.js'
import {
  addressList,
  describeSource,
  type HostAddress,
  usesIpv4Socket,
} from '../../../src/models/destination-order/host-addresses.js'
import {type OrderAnswer, orderDestinations, orderRules} from '../../../src/models/destination-order/order.js'
import type {Configuration} from './configuration.js'
import {type Measured, type ShownLink, Worker} from './worker.js'

/** What is held against glibc; lab tests replace parts of it. */
export interface Model {
  readonly parse: (text: string) => Pick<GaiConf, 'readings' | 'doubtful' | 'mayCrash'>
  readonly list: typeof addressList
  readonly describe: typeof describeSource
  readonly sockets: typeof usesIpv4Socket
  readonly order: typeof orderDestinations
}

export const model: Model = {
  parse: parseGaiConf,
  list: addressList,
  describe: describeSource,
  sockets: usesIpv4Socket,
  order: orderDestinations,
}

export interface NameResult {
  readonly name: string
  readonly destinations: readonly Destination[]
  readonly real: readonly string[]
  readonly answer: OrderAnswer
  readonly verdict: 'same' | 'different' | 'unknown'
}

export interface CaseResult {
  readonly index: number
  readonly configuration: Configuration
  readonly measured: Measured
  readonly names: readonly NameResult[]
}

export interface RunOptions {
  readonly program: string
  /** Of the glibc; `/` is this machine's. */
  readonly root: string
  readonly onResult?: (result: CaseResult) => void
}

const WORKERS = 2

/** Builds each configuration in a namespace of its own, and holds what getaddrinfo() returns against the model. */
export async function runCases(
  cases: readonly {readonly index: number; readonly configuration: Configuration}[],
  {program, root, onResult}: RunOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  const left = cases.values()
  const work = async () => {
    const worker = new Worker(program, root)
    try {
      for (const {index, configuration} of left) {
        const measured = await worker.measure(configuration)
        const result = {index, configuration, measured, names: judge(configuration, measured, model)}
        results.push(result)
        onResult?.(result)
      }
    } finally {
      await worker.end()
    }
  }
  const settled = await Promise.allSettled(Array.from({length: WORKERS}, work))
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
  return results
}

/** What a model, a wrong one for instance, says of a measured configuration. */
export function judge(configuration: Configuration, measured: Measured, by: Model): readonly NameResult[] {
  const parsed = by.parse(configuration.gai ?? '')
  const byChance = readsByChance(measured.glibc)
  if (measured.crashed) return byChance && parsed.mayCrash.length > 0 ? [] : crashed(configuration)
  const gai = byChance ? parsed : {...parsed, readings: parsed.readings.slice(0, 1)}
  const list = by.list(measured.addresses.flatMap(hostAddresses))
  const bindV6Only = configuration.sysctl.some(([path]) => path === 'ipv6/bindv6only')
  return configuration.names.map(({name, addresses}): NameResult => {
    const found = measured.answers.find((answer) => answer.name === name)
    if (!found) throw new Error(`${name} was not asked for`)
    const sockets = by.sockets(addresses, bindV6Only)
    const destinations = addresses.map((address, index): Destination => {
      const source = [...found.sources].find(([key]) => keyOf(address) === keyOf(key.slice(2)))?.[1]
      if (source === undefined) throw new Error(`no answer for ${address}`)
      return {address, source: source === null ? null : by.describe(source, list, sockets[index] === true)}
    })
    const answer = by.order(destinations, gai, orderRules)
    const real = found.order.map((key) => keyOf(key.slice(2)))
    const isReal = (order: readonly number[]): boolean =>
      order.map((index) => keyOf(addresses[index] ?? '')).join(' ') === real.join(' ')
    const verdict = answer.order
      ? isReal(answer.order)
        ? 'same'
        : 'different'
      : answer.possible?.some(isReal)
        ? 'unknown'
        : 'different'
    return {name, destinations, real: found.order, answer, verdict}
  })
}

function crashed({names}: Configuration): readonly NameResult[] {
  const answer: OrderAnswer = {order: null, decisions: [], first: null, unknowns: []}
  return names.map(({name}) => ({name, destinations: [], real: ['crash'], answer, verdict: 'different'}))
}

/** As ip(8) names ARPHRD_TUNNEL, ARPHRD_TUNNEL6 and ARPHRD_SIT. */
const tunnelTypes: readonly string[] = ['ipip', 'tunnel6', 'sit']

function hostAddresses({link_type: type, addr_info: shown}: ShownLink): readonly HostAddress[] {
  return shown.flatMap(({local, address, prefixlen, deprecated, optimistic, home}) => {
    if (local === undefined) return []
    return {
      address: local,
      peer: address ?? null,
      prefixLength: prefixlen ?? 0,
      deprecated: deprecated === true || optimistic === true,
      home: home === true,
      tunnel: tunnelTypes.includes(type),
    }
  })
}

/** Before glibc 2.41. */
export function readsByChance(glibc: string): boolean {
  return Number(glibc.split('.')[1]) < 41
}

function keyOf(address: string): string {
  const {family, bits} = addressOf(address)
  return `${family}:${bits.toString(16)}`
}
