// Runs the sources: node --import tsx bin/dev.js check
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core/config'
import {settings} from '@oclif/core/settings'
import {main} from '../src/main.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
// oclif would look for ts-node or tsx by its own means; tsx is there already.
settings.enableAutoTranspile = false

const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true})
await plugin.load()
await main({root, plugins: new Map([[plugin.name, plugin]])})
