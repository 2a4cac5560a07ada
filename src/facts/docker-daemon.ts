import {missing} from '../model/missing.js'
import {defineFact, known, unknown} from './define.js'

/** What dockerd is told of IPv6 by its configuration file. */
export interface DockerDaemonConfig {
  /** `"ipv6": true`: the default bridge gets IPv6. */
  readonly ipv6: boolean
  /** Not `"ip-forward": false`. */
  readonly ipForward: boolean
  /** Where `ipv6` stands, from 1; null where that cannot be told. */
  readonly ipv6Line: number | null
  readonly text: string | null
}

const PATH = '/etc/docker/daemon.json'

/** /etc/docker/daemon.json; null: there is none. Options of dockerd's command line are not seen. */
export const dockerDaemonFact = defineFact({
  name: 'dockerDaemon',
  inputs: ['docker-daemon-json'],
  derive({'docker-daemon-json': input}) {
    if (input.status === 'missing') {
      return input.reason === 'absent' ? known<DockerDaemonConfig | null>(null) : unknown(input)
    }
    const config = parseObject(input.text)
    if (!config) return unknown(missing('docker-daemon-json', 'invalid', `${PATH} is not a JSON object`))
    const lines = input.text.split('\n')
    const at = lines.findIndex((line) => line.includes('"ipv6"'))
    return known<DockerDaemonConfig | null>({
      ipv6: config.ipv6 === true,
      ipForward: config['ip-forward'] !== false,
      ipv6Line: at < 0 ? null : at + 1,
      text: lines[at]?.trim() ?? null,
    })
  },
})

/** dockerd takes an empty file for one without settings. */
function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : null
  } catch {
    return null
  }
}
