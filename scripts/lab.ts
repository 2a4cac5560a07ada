import {spawnSync} from 'node:child_process'
import {manyTasks} from '../test/bench/many-tasks.js'
import {corpusLab} from '../test/corpus/cli.js'
import {cgroup2Lab} from '../test/lab/cgroup2/cli.js'
import {execLab} from '../test/lab/exec/cli.js'
import {forksLab} from '../test/lab/forks/cli.js'

/**
 * `npm run lab`: all lab tests.
 * `npm run lab -- exec ...`: units that a real systemd starts.
 * `npm run lab -- forks ...`: situations made up at random.
 * `npm run lab -- cgroup2 ...`: a Debian with cgroup v2 and systemd, in a virtual machine.
 * `npm run lab -- many-tasks ...`: a host of as many tasks as it bears.
 * `npm run lab -- corpus ...`: the units of hundreds of Debian packages.
 */
const [name, ...rest] = process.argv.slice(2)
if (name === 'exec') process.exitCode = await execLab(rest)
else if (name === 'forks') process.exitCode = await forksLab(rest)
else if (name === 'cgroup2') process.exitCode = await cgroup2Lab(rest)
else if (name === 'many-tasks') await manyTasks(rest)
else if (name === 'corpus') process.exitCode = await corpusLab(rest)
else {
  const vitest = spawnSync('npx', ['vitest', 'run', '--project', 'lab', ...process.argv.slice(2)], {stdio: 'inherit'})
  process.exitCode = vitest.status ?? 1
}
