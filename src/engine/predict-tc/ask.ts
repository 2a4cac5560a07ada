import {kernelFact} from '../../facts/kernel.js'
import {UserError} from '../../model/user-error.js'
import {KERNEL_ERAS, type KernelEra} from '../../models/traffic-control/admission.js'
import {FactResolver} from '../fact-resolver.js'
import {openSource} from '../open-source.js'
import type {TcEntry} from './answer.js'

/** Versions from which on kernels tell why in another way. */
const BEGINS: readonly {readonly major: number; readonly minor: number; readonly era: KernelEra}[] = [
  {major: 6, minor: 13, era: '>= 6.13'},
  {major: 4, minor: 16, era: '4.16 .. 6.12'},
  {major: 0, minor: 0, era: '<= 4.15'},
]

/** The era of a kernel, as `uname -r` names it. Throws a UserError for what is no version. */
export function eraOf(version: string): KernelEra {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})(?![\d])/.exec(version) ?? []
  if (major === undefined || minor === undefined) {
    throw new UserError(`--kernel takes a version such as 6.1, not "${version}".`)
  }
  const found = BEGINS.find(
    (each) => Number(major) > each.major || (Number(major) === each.major && Number(minor) >= each.minor),
  )
  return found?.era ?? KERNEL_ERAS[0] ?? '<= 4.15'
}

/** The era of the kernel that runs here; null: it does not say. */
export async function runningEra(): Promise<KernelEra | null> {
  const kernel = await new FactResolver(await openSource({timeoutMs: 1000})).get(kernelFact)
  if (!kernel.known) return null
  const value = kernel.value
  return typeof value === 'object' && value !== null && 'release' in value ? eraOf(String(value.release)) : null
}

/** With the messages of one era alone, and those of tc itself. */
export function ofEra(entries: readonly TcEntry[], era: KernelEra): TcEntry[] {
  return entries.map((entry) => ({
    ...entry,
    messages: entry.messages.filter(({kernel}) => kernel === null || kernel === era),
  }))
}

/** Throws a UserError unless standard input is asked for once at most. */
export function tcFiles(files: readonly string[], assume: string | undefined): readonly string[] {
  if (files.length === 0) {
    throw new UserError('Which script?', {
      suggestions: ['netdoctor predict tc shape.sh', 'netdoctor predict tc - <batch'],
    })
  }
  if ([...files, assume].filter((file) => file === '-').length > 1)
    throw new UserError('Standard input can be read once.')
  return files
}
