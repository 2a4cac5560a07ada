import {fileURLToPath} from 'node:url'
import type {Finding} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import type {Dockerd} from '../../support/lab/docker.js'
import {only, type PrivateHost} from './private-host.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What others say of avahi's files is not what this is about. */
const CHECK = ['check', 'fork-limit', 'uid-collision', '--json']

export interface Checked {
  readonly exitCode: number
  readonly report: Report
  /** Findings about these tests' own things: others may test on the same machine. */
  readonly ours: readonly Finding[]
}

/** `netdoctor check` as an administrator of the private host would run it. */
export async function check(host: PrivateHost, daemon: Dockerd, ...names: readonly string[]): Promise<Checked> {
  const {code, stdout, stderr} = await host.run(
    [process.execPath, '--import', `${root}node_modules/tsx/dist/loader.mjs`, `${root}bin/dev.js`, ...CHECK],
    only(daemon),
  )
  let report: Report
  try {
    report = JSON.parse(stdout)
  } catch {
    throw new Error(`exit ${code}: ${stderr}${stdout}`)
  }
  const ours = report.findings.filter(({subject, summary}) =>
    names.some((name) => subject.name === name || summary.includes(name)),
  )
  return {exitCode: code, report, ours}
}

/**
 * Exit code of a host on which only our own things can be wrong. Outside of CI others may test on the same
 * machine, with errors and with processes that are gone before they are read.
 */
export function expectedExit({report}: Checked, code: number): number {
  if (code !== 0 || process.env.CI === 'true') return code
  if (report.findings.some(({severity}) => severity === 'error')) return 1
  return report.checkers.some(({missing}) => (missing?.length ?? 0) > 0) ? 3 : 0
}
