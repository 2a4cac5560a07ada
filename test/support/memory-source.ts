import {missing} from '../../src/model/missing.js'
import type {Collected} from '../../src/sources/collected.js'
import type {Source} from '../../src/sources/source.js'
import type {InputName} from '../../src/sources/specs.js'

/** A source that holds some inputs as text; everything else is `not-collected`. */
export function memorySource(inputs: Partial<Record<InputName, string | Collected>>): Source & {asked: InputName[]} {
  const asked: InputName[] = []
  return {
    label: 'memory',
    collectedAt: '2026-01-02T03:04:05.000Z',
    asked,
    async collect(name) {
      asked.push(name)
      const input = inputs[name]
      if (input === undefined) return missing(name, 'not-collected', 'not in this source')
      return typeof input === 'string' ? {status: 'raw', origin: name, text: input} : input
    },
  }
}
