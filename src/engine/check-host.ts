import {loadAccepted} from '../config/load.js'
import type {Severity} from '../model/finding.js'
import type {Report} from '../model/report.js'
import type {InputName} from '../sources/specs.js'
import {loadCheckers} from './catalogue.js'
import {check} from './check.js'
import {openSource, type SourceRequest} from './open-source.js'
import {select, type Wishes} from './select.js'
import {watchSource} from './watch-source.js'

export interface CheckRequest extends Wishes, SourceRequest {
  readonly failOn: Severity
  readonly acceptedFile?: string | undefined
  readonly configFile?: string | undefined
  readonly tool: {readonly name: string; readonly version: string; readonly root: string}
  /** Is handed a way to ask what the run is waiting for. */
  readonly onStart?: (pending: () => readonly InputName[]) => void
}

/** One `netdoctor check`: everything between the parsed command line and the report. */
export async function checkHost(request: CheckRequest): Promise<Report> {
  const {name, version, root} = request.tool
  const [all, accepted] = await Promise.all([
    loadCheckers(root, request.configFile),
    loadAccepted(request.acceptedFile),
  ])
  const {checkers, wanted} = select(all, request)
  const source = watchSource(await openSource(request))
  request.onStart?.(() => source.pending())
  return check(source, checkers, {failOn: request.failOn, wanted, accepted, tool: {name, version}})
}
