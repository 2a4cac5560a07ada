/**
 * Program of the lab, run in a mount namespace of its own that plays the host: makes a situation of mounts,
 * and a container in it; then holds what is said of the container's mounts against what is there.
 */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, lstatSync, openSync, readdirSync, readFileSync} from 'node:fs'
import {createHostMounts} from '../../../src/sources/host-mounts.js'
import {parseMountTable, withoutDevices} from '../../../src/sources/mount-table.js'
import {O_PATH} from '../../../src/sources/read-regular.js'
import {situationOf} from './situation.js'

const [, , folder = '', seed = ''] = process.argv
const situation = situationOf(Number(seed))
const tools = `D="$1"
fill() {
  mkdir -p "$1" && echo "$1" >"$1/file" || return
  for a in a "b c" 'd\\e'; do for b in a "b c" 'd\\e'; do
    mkdir -p "$1/$a/$b" && echo >"$1/$a/file" && echo >"$1/$a/$b/file"
  done; done
}
`
const rootIsMount = situation.seed % 4 !== 0
const quiet = (lines: readonly string[]) => lines.map((line) => `{ ${line}; } 2>/dev/null\n`).join('')
const sh = (script: string) => spawnSync('sh', ['-c', `${tools}${script}`, 'sh', folder], {stdio: 'ignore'})

sh(`mount -t tmpfs none "$D"; mount --make-rshared "$D"; fill "$D"; ${quiet(situation.before)}`)
const wait = '$| = 1; chroot $ARGV[0] or exit 1; chdir "/"; print "ready\\n"; read STDIN, $_, 1'
const container = spawn(
  'unshare',
  [
    ...['--mount', `--propagation=${situation.propagation}`, 'sh', '-c'],
    // The root of a container is a mount, as a rule.
    `${tools}fill "$D${situation.root}" 2>/dev/null
    ${rootIsMount ? `mount --bind "$D${situation.root}" "$D${situation.root}"` : ''}
    ${quiet(situation.inside)} exec perl -e '${wait}' "$D${situation.root}"`,
    ...['sh', folder],
  ],
  {stdio: ['pipe', 'pipe', 'inherit']},
)
// Its root may have been moved or deleted in front of it.
const isThere = await Promise.race([
  once(container.stdout, 'data').then(() => true),
  once(container, 'exit').then(() => false),
])
if (!isThere) skip()
sh(quiet(situation.after))

const host = parseMountTable(withoutDevices(readFileSync('/proc/self/mountinfo', 'utf8')))
const table = parseMountTable(withoutDevices(readFileSync(`/proc/${container.pid}/mountinfo`, 'utf8')))
// A root that is no mount, and has had one put on it since: no table shows the difference.
const rootId = mountIdOf(`/proc/${container.pid}/root`)
if (table.root !== null && !table.entries.some(({id}) => id === rootId)) skip()
const paths = inodesBelow(folder)
const said = createHostMounts(host)(table)
const differences: string[] = []
let visible = 0
let resolved = 0
for (const mount of table.entries) {
  const path = `/proc/${container.pid}/root${mount.point}`
  const claims = said.filter((claim) => claim.mount === mount)
  if (mountIdOf(path) !== mount.id) {
    if (claims.length > 0) differences.push(`hidden, but listed: ${JSON.stringify(claims)}`)
    continue
  }
  visible += 1
  // What was deleted under one name may be several things, still mounted here and there: no path is said of it.
  const there = mount.root.endsWith('//deleted') ? [] : (paths.get(inodeOf(path)) ?? [])
  const claimed = claims[0]?.path ?? null
  if (claimed !== null) resolved += 1
  if (claimed === null ? there.length > 0 : !there.includes(claimed)) {
    differences.push(`${JSON.stringify(mount)}: said ${claimed}, is ${there.join(', ') || 'nowhere'}`)
  }
}
container.stdin.end()
process.stdout.write(JSON.stringify({mounts: table.entries.length, visible, resolved, differences}))

function skip(): never {
  process.stdout.write(JSON.stringify({skipped: true, mounts: 0, visible: 0, resolved: 0, differences: []}))
  process.exit()
}

function inodeOf(path: string): string {
  const {dev, ino} = lstatSync(path, {bigint: true})
  return `${dev}:${ino}`
}

/** Which mount the kernel finds at a path; undefined: no such path is left. */
function mountIdOf(path: string): string | undefined {
  let fd: number
  try {
    fd = openSync(path, O_PATH)
  } catch {
    return undefined
  }
  try {
    return /^mnt_id:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
  } finally {
    closeSync(fd)
  }
}

/** Every inode that can be reached below a folder, and all of its paths. */
function inodesBelow(top: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const todo = [top]
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const inode = inodeOf(path)
    found.set(inode, [...(found.get(inode) ?? []), path])
    const stats = lstatSync(path)
    if (stats.isDirectory()) for (const name of readdirSync(path)) todo.push(`${path}/${name}`)
  }
  return found
}
