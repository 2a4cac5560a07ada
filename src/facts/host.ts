import {defineFact, known} from './define.js'

/** Names for the report's header; empty where unknown, which is not worth an "unknown" of its own. */
export interface Host {
  readonly hostname: string
  readonly os: string
  readonly kernel: string
}

export const hostFact = defineFact({
  name: 'host',
  inputs: ['hostname', 'os-release', 'kernel-release'],
  derive(inputs) {
    const osRelease = inputs['os-release'].status === 'raw' ? inputs['os-release'].text : ''
    const pretty = /^PRETTY_NAME=(?:"([^"]*)"|'([^']*)'|(.*))$/m.exec(osRelease)
    return known<Host>({
      hostname: text(inputs.hostname),
      os: pretty?.[1] ?? pretty?.[2] ?? pretty?.[3] ?? '',
      kernel: text(inputs['kernel-release']),
    })
  },
})

function text(input: {status: 'raw'; text: string} | {status: 'missing'}): string {
  return input.status === 'raw' ? input.text.trim() : ''
}
