import {FactResolver} from '../../../src/engine/fact-resolver.js'
import type {Fact} from '../../../src/facts/define.js'
import {type FactName, type FactValues, facts} from '../../../src/facts/registry.js'
import type {Collected} from '../../../src/sources/collected.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import type {InputName} from '../../../src/sources/specs.js'

export interface LiveHost {
  fact<Name extends FactName>(name: Name): Promise<Fact<FactValues[Name]>>
  collect(name: InputName): Promise<Collected>
}

/**
 * This machine as netdoctor sees it at this moment.
 *
 * @param sockets the only container engines that are asked; none by default, so that a test meets its own
 */
export function liveHost(sockets: readonly string[] = [], timeoutMs = 20_000): LiveHost {
  const source = createLiveSource({timeoutMs})
  const resolver = new FactResolver(source)
  const withSockets = async <T>(read: () => Promise<T>): Promise<T> => {
    const before = process.env.NETDOCTOR_CONTAINER_SOCKETS
    process.env.NETDOCTOR_CONTAINER_SOCKETS = sockets.join(':')
    try {
      return await read()
    } finally {
      if (before === undefined) delete process.env.NETDOCTOR_CONTAINER_SOCKETS
      else process.env.NETDOCTOR_CONTAINER_SOCKETS = before
    }
  }
  return {
    fact: async (name) => (await withSockets(() => resolver.get(facts[name]))) as Fact<FactValues[typeof name]>,
    collect: (name) => withSockets(() => source.collect(name)),
  }
}
