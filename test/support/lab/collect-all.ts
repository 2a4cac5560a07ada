/** Program of the lab: collects every input of this host once and prints, for each, how it went. */
import {createLiveSource} from '../../../src/sources/live/index.js'
import {inputNames} from '../../../src/sources/specs.js'

const source = createLiveSource({timeoutMs: 20_000})
const collected = await Promise.all(inputNames.map(async (name) => [name, (await source.collect(name)).status]))
process.stdout.write(JSON.stringify(Object.fromEntries(collected)))
