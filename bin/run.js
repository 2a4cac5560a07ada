#!/usr/bin/env node
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Script} from 'node:vm'

const file = fileURLToPath(new URL('../dist/program.cjs', import.meta.url))
const script = new Script(readFileSync(file, 'latin1'), {filename: file, cachedData: compiled()})
await script.runInThisContext()(createRequire(file), file, dirname(file))()

/** What V8 made of the same file when it was built, for that version of Node alone (docs/decisions/002-start-fast.md). */
function compiled() {
  try {
    return readFileSync(`${file}.${process.version}-${process.arch}.cache`)
  } catch {
    return undefined
  }
}
