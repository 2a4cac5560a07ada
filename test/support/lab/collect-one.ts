/** Program of the lab: collects the input that it is given the name of, and prints it. */
import {createLiveSource} from '../../../src/sources/live/index.js'
import {inputNames} from '../../../src/sources/specs.js'

const name = inputNames.find((each) => each === process.argv[2])
if (!name) throw new Error(`no input is called ${process.argv[2]}`)
process.stdout.write(JSON.stringify(await createLiveSource({timeoutMs: 20_000}).collect(name)))
