import type {SourceReport} from '../../../src/engine/predict-source/answer.js'
import {tryCommand} from '../../support/lab/command.js'
import type {LabNamespace} from './namespace.js'
import type {MadeUpNetwork} from './random-network.js'

type Asked = MadeUpNetwork['asked'][number]

/** What the kernel says: `SOURCE dev DEV` of the route, or its errno as ip words it. */
export async function routeGet(namespace: LabNamespace, asked: readonly Asked[]): Promise<readonly string[]> {
  const answers: string[] = []
  for (const {dest, oif, mark} of asked) {
    const words = ['route', 'get', dest, ...(oif ? ['oif', oif] : []), ...(mark ? ['mark', String(mark)] : [])]
    const {code, stdout, stderr} = await tryCommand(['ip', '-n', namespace.name, '-6', '-json', ...words])
    if (code !== 0) {
      answers.push(errnoOf(stderr))
      continue
    }
    const [route] = JSON.parse(stdout)
    answers.push(shown(route.prefsrc ?? null, route.dev))
  }
  return answers
}

/** The same of a prediction. connect() fails without a source, `ip route get` shows the route without one. */
export function predicted({source, route, error, unknowns}: SourceReport): string {
  if (unknowns) return `not known: ${unknowns.join('; ')}`
  if (error && error.code !== 'EADDRNOTAVAIL') return error.code
  return shown(source, route?.dev ?? '?')
}

function shown(source: string | null, dev: string): string {
  return `${source ?? 'no source'} dev ${dev}`
}

function errnoOf(stderr: string): string {
  const texts = {
    'Network is unreachable': 'ENETUNREACH',
    'No route to host': 'EHOSTUNREACH',
    'Permission denied': 'EACCES',
    'Invalid argument': 'EINVAL',
  }
  return Object.entries(texts).find(([text]) => stderr.includes(text))?.[1] ?? stderr.trim()
}
