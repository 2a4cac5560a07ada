import {existsSync, readFileSync} from 'node:fs'
import {release} from 'node:os'
import {gunzipSync} from 'node:zlib'
import type {Kernel} from '../../../src/facts/kernel.js'
import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import {createSourcePredictor} from '../../../src/models/source-address/predictor.js'
import type {BrokenModel} from './broken-models.js'
import {type Comparison, compare, namespaceOf} from './compare.js'
import {type Measured, Worker} from './conductor.js'
import type {Configuration} from './configuration.js'
import {createRoutePredictor} from './model.js'

export interface ConfigurationResult {
  readonly index: string
  readonly configuration: Configuration
  readonly measured: Measured
  readonly network: NetworkNamespace
  readonly comparison: Comparison
}

/** The kernel whose answers are held against the model. */
export interface LabKernel {
  readonly kernel: Kernel
  /** CONFIG_IPV6_MIP6; null: not known. */
  readonly mobileIpv6: boolean | null
}

const WORKERS = 2

export function kernelOf(release: string, mobileIpv6: boolean | null): LabKernel {
  const [major = 0, minor = 0] = release.split('.').map(Number)
  return {kernel: {release, major, minor}, mobileIpv6}
}

/** What this machine runs on, and how it is built if it says so. */
export const thisKernel = kernelOf(
  release(),
  existsSync('/proc/config.gz')
    ? /^CONFIG_IPV6_MIP6=[ym]$/m.test(gunzipSync(readFileSync('/proc/config.gz')).toString())
    : null,
)

/** Builds each configuration in a namespace of its own, and holds what the kernel does against the model. */
export async function runConfigurations(
  configurations: readonly {readonly index: string; readonly configuration: Configuration}[],
  onResult: (result: ConfigurationResult) => void,
): Promise<void> {
  const left = configurations.values()
  const work = async () => {
    const worker = new Worker()
    try {
      for (const {index, configuration} of left)
        onResult(judge(index, configuration, await worker.measure(configuration)))
    } finally {
      await worker.end()
    }
  }
  const settled = await Promise.allSettled(Array.from({length: WORKERS}, work))
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}

/** @param ran whose answers these are */
export function judge(
  index: string,
  configuration: Configuration,
  measured: Measured,
  ran: LabKernel = thisKernel,
): ConfigurationResult {
  const network = namespaceOf(measured)
  if (network.gaps.length > 0) throw new Error(`configuration ${index}: ${JSON.stringify(network.gaps)}`)
  const comparison = compareWith({title: 'the kernel'}, configuration, measured, network, ran)
  return {index, configuration, measured, network, comparison}
}

/** Holds a model, a wrong one for instance, against the same measurement. */
export function compareWith(
  {rules, network: change, question}: BrokenModel,
  configuration: Configuration,
  measured: Measured,
  network: NetworkNamespace,
  ran: LabKernel = thisKernel,
): Comparison {
  const options = {...ran, ...(rules ? {rules} : {})}
  const view = change ? change(network) : network
  const predictor = createSourcePredictor(view, options)
  const routes = createRoutePredictor(view, options)
  return compare(configuration, measured, {
    source: (asked) => predictor.ask(question ? question(asked) : asked),
    routes: (asked) => routes(question ? question(asked) : asked),
  })
}
