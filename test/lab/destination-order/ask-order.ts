/**
 * Program of the lab: what `predict source --order` says, where it runs, of each list of addresses that it is given as
 * JSON on standard input. Prints the reports by reading: the right one, and wrong ones.
 */
import {text} from 'node:stream/consumers'
import {prepareSources} from '../../../src/engine/predict-source.js'
import {missing} from '../../../src/model/missing.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import type {Source} from '../../../src/sources/source.js'
import {type Reading, readings} from './readings.js'

const lists: readonly (readonly string[])[] = JSON.parse(await text(process.stdin))
const live = createLiveSource({timeoutMs: 20_000})
const answers: Partial<Record<Reading, unknown>> = {}
for (const reading of readings) {
  const service = await prepareSources(readAs(reading), {netns: null, defaults: {uid: 0}})
  answers[reading] = await Promise.all(lists.map((list) => service.order(list)))
}
process.stdout.write(JSON.stringify(answers))

function readAs(reading: Reading): Source {
  if (reading === 'right') return live
  return {
    ...live,
    async collect(name) {
      if (reading === 'gai.conf is not read' && name === 'gai-conf') return missing(name, 'absent', 'not read')
      const value = await live.collect(name)
      if (name !== 'network' || value.status !== 'raw') return value
      if (reading === 'no address is deprecated')
        return {...value, text: value.text.replace(/\\"deprecated\\":true,/g, '')}
      return reading === 'no route is a default' ? {...value, text: withoutDefault(value.text)} : value
    },
  }
}

function withoutDefault(records: string): string {
  return records.replaceAll('\\"dst\\":\\"default\\"', '\\"dst\\":\\"3fff::/20\\"')
}
