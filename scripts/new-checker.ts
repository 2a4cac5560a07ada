import {relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {newChecker} from './checkers/new-checker.js'

// npm run new:checker <id>
const [id] = process.argv.slice(2)
const path = (below: string) => fileURLToPath(new URL(below, import.meta.url))
if (id === undefined) {
  console.log('Usage: npm run new:checker <id>, for example: npm run new:checker mtu-mismatch')
  process.exitCode = 2
} else {
  try {
    const folder = await newChecker(path('templates/checker'), path('../src/checkers'), id)
    console.log(`Made ${relative(process.cwd(), folder)}. It is a working checker; now make it yours:

  1. index.ts      declare the facts it needs (src/facts/registry.ts lists them) and its rules; yield findings
  2. README.md     the same headings for every checker, one "### <rule>" section for each rule
  3. cases/        for each rule a host where it fires, a clean one, and one with an input missing
                   (see by hand: netdoctor check ${id} --from ${relative(process.cwd(), folder)}/cases/<name>/host)
  4. npm run generate
  5. npx vitest run test/checkers`)
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
  }
}
