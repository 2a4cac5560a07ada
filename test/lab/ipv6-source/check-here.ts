import ipv6Source from '../../../src/checkers/ipv6-source/index.js'
import {check} from '../../../src/engine/check.js'
import {withAsked} from '../../../src/sources/asked.js'
import {createLiveSource} from '../../../src/sources/live/index.js'

/** `netdoctor check ipv6-source --json --dest ...`, without the rest of the program: it starts in a quarter of the time. */
const source = withAsked(createLiveSource({timeoutMs: 10_000}), {scripts: [], destinations: process.argv.slice(2)})
const tool = {name: 'netdoctor', version: '0.0.0'}
process.stdout.write(
  JSON.stringify(await check(source, [ipv6Source], {failOn: 'error', wanted: () => true, accepted: [], tool})),
)
