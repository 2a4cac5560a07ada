import {spawnSync} from 'node:child_process'
import {manyTasks} from '../test/bench/many-tasks.js'
import {corpusLab} from '../test/corpus/cli.js'
import {cgroup2Lab} from '../test/lab/cgroup2/cli.js'
import {destinationOrderLab} from '../test/lab/destination-order/cli.js'
import {execLab} from '../test/lab/exec/cli.js'
import {forksLab} from '../test/lab/forks/cli.js'
import {sourceLab} from '../test/lab/source/cli.js'
import {tcLab} from '../test/lab/tc/cli.js'
import {tcScriptsLab} from '../test/lab/tc-scripts/cli.js'

/**
 * `npm run lab`: all lab tests.
 * `npm run lab -- exec ...`: units that a real systemd starts.
 * `npm run lab -- forks ...`: situations made up at random.
 * `npm run lab -- source ...`: IPv6 source addresses in namespaces made up at random.
 * `npm run lab -- destination-order ...`: getaddrinfo() of glibc in namespaces made up at random.
 * `npm run lab -- tc ...`: commands of tc, in namespaces, against the kernel's answers.
 * `npm run lab -- cgroup2 ...`: a Debian with cgroup v2 and systemd, in a virtual machine.
 * `npm run lab -- tc-scripts ...`: shell scripts made up at random, run by dash and bash.
 * `npm run lab -- many-tasks ...`: a host of as many tasks as it bears.
 * `npm run lab -- corpus ...`: the units of hundreds of Debian packages.
 * `npm run lab -- hostile-units`: units made to break readers, at their full size.
 */
const [name, ...rest] = process.argv.slice(2)
if (name === 'exec') process.exitCode = await execLab(rest)
else if (name === 'forks') process.exitCode = await forksLab(rest)
else if (name === 'source') process.exitCode = await sourceLab(rest)
else if (name === 'destination-order') process.exitCode = await destinationOrderLab(rest)
else if (name === 'tc') process.exitCode = await tcLab(rest)
else if (name === 'cgroup2') process.exitCode = await cgroup2Lab(rest)
else if (name === 'tc-scripts') process.exitCode = await tcScriptsLab(rest)
else if (name === 'many-tasks') await manyTasks(rest)
else if (name === 'corpus') process.exitCode = await corpusLab(rest)
else if (name === 'hostile-units') vitest(['test/lab/hostile/units.test.ts', ...rest], {NETDOCTOR_HOSTILE_SHARE: '1'})
else vitest(process.argv.slice(2), {})

function vitest(args: readonly string[], environment: Readonly<Record<string, string>>): void {
  const {status} = spawnSync('npx', ['vitest', 'run', '--project', 'lab', ...args], {
    stdio: 'inherit',
    env: {...process.env, ...environment},
  })
  process.exitCode = status ?? 1
}
