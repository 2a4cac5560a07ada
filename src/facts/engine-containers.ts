import {type Missing, missing} from '../model/missing.js'
import type {EngineContainerRecord} from '../sources/records.js'
import {parseEngines} from './containers/engine-records.js'
import type {Engine} from './containers.js'
import {defineFact, known} from './define.js'

/** A container as its engine tells it, whatever of it can be seen from here. */
export interface EngineContainer extends EngineContainerRecord {
  readonly engine: Engine
}

export interface EngineContainers {
  /** Engines that answered. */
  readonly engines: readonly Engine[]
  readonly containers: readonly EngineContainer[]
}

/**
 * What the container engines say, and nothing else: without the kernel's view it is whole also inside of a PID
 * namespace, and of a mounted root, where no engine runs.
 */
export const engineContainersFact = defineFact({
  name: 'engineContainers',
  inputs: ['container-engines'],
  derive(inputs) {
    const input = inputs['container-engines']
    const nothing: EngineContainers = {engines: [], containers: []}
    if (input.status === 'missing') return known(nothing, input.reason === 'absent' ? [] : [input])
    const records = parseEngines(input.text)
    if (records === null) return known(nothing, [missing('container-engines', 'invalid', 'not a list of engines')])
    const engines: Engine[] = []
    const containers: EngineContainer[] = []
    const gaps: Missing[] = [...(input.gaps ?? [])]
    for (const record of records) {
      const {endpoint, answered, reason = 'invalid', detail = '', gaps: parts = []} = record
      if (!answered) {
        // Where nothing listens there is no engine to know something.
        if (reason !== 'absent') gaps.push(missing('container-engines', reason, `${endpoint}: ${detail}`))
        continue
      }
      const engine = {
        endpoint,
        product: record.product ?? 'unknown',
        version: record.version ?? '',
        rootless: record.rootless ?? false,
        usernsRemap: record.usernsRemap ?? false,
      } as const
      engines.push(engine)
      for (const container of record.containers ?? []) containers.push({...container, engine})
      for (const part of parts) {
        gaps.push(missing('container-engines', part.reason, `${endpoint}: ${part.what}: ${part.detail}`))
      }
    }
    return known<EngineContainers>({engines, containers}, gaps)
  },
})
