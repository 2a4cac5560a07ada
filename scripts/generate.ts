import {fileURLToPath} from 'node:url'
import {generate} from './checkers/generate.js'

// npm run generate            writes the checker registry and its index page
// npm run generate -- --check compares only, and fails on a difference
const check = process.argv.includes('--check')
const stale = await generate(fileURLToPath(new URL('..', import.meta.url)), {check})
for (const path of stale) console.log(check ? `out of date: ${path}` : `written: ${path}`)
if (check && stale.length > 0) {
  console.log('Run `npm run generate` and commit what it writes.')
  process.exitCode = 1
}
