import {inputsBehind} from '../../../src/engine/fact-resolver.js'
import {createLiveSource} from '../../../src/sources/live/index.js'

// Runs inside: prints what the fact `units` is made from, as JSON by name of the input. The prediction comes from
// files alone: what PID 1 says of them is left out.
const source = createLiveSource({timeoutMs: 20_000})
const names = inputsBehind(['units']).filter((name) => name !== 'systemd-manager')
const inputs = await Promise.all(names.map(async (name) => [name, await source.collect(name)] as const))
process.stdout.write(JSON.stringify(Object.fromEntries(inputs)))
