import {spawnSync} from 'node:child_process'
import {forksLab} from '../test/lab/forks/cli.js'

/** `npm run lab`: all lab tests. `npm run lab -- forks ...`: situations made up at random. */
const [name, ...rest] = process.argv.slice(2)
if (name === 'forks') process.exitCode = await forksLab(rest)
else {
  const vitest = spawnSync('npx', ['vitest', 'run', '--project', 'lab', ...process.argv.slice(2)], {stdio: 'inherit'})
  process.exitCode = vitest.status ?? 1
}
