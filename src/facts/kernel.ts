import {defineFact, known, unknown} from './define.js'

export interface Kernel {
  /** `uname -r`. */
  readonly release: string
  readonly major: number
  readonly minor: number
}

export const kernelFact = defineFact({
  name: 'kernel',
  inputs: ['kernel-release'],
  derive(inputs) {
    const raw = inputs['kernel-release']
    if (raw.status === 'missing') return unknown(raw)
    const release = raw.text.trim()
    const version = /^(\d+)\.(\d+)/.exec(release)
    if (!version) {
      return unknown({
        status: 'missing',
        input: 'kernel-release',
        reason: 'invalid',
        detail: `not a kernel release: ${release}`,
      })
    }
    return known<Kernel>({release, major: Number(version[1]), minor: Number(version[2])})
  },
})

/** Is the kernel at least this version? */
export function atLeast(kernel: Kernel, major: number, minor: number): boolean {
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor)
}
