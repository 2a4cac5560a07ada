import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {expect, it} from 'vitest'
import type {Container} from '../../../src/facts/containers.js'
import {liveHost} from '../../support/lab/host.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'

const fuse = {lacking: existsSync('/dev/fuse') ? null : '/dev/fuse is missing'}

/** Ends with its input, like all that it starts. */
function start(program: string, ...args: readonly string[]) {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit']})
  const ended = new Promise((resolve) => child.on('close', resolve))
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  return {
    pid: child.pid,
    line: async (): Promise<string> => String((await lines.next()).value),
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

/** Shell and perl: a container with a root of its own, in which `$1` is prepared by commands; prints its PID on the host. */
function container(root: string, commands: string) {
  const wait = '$| = 1; chroot $ARGV[0] or exit 1; chdir "/"; print "ready\\n"; read STDIN, $_, 1'
  const inside = `mount -t tmpfs none "$1"; cd "$1"; ${commands}; exec perl -e '${wait}' "$1"`
  return start('unshare', '--mount', '--pid', '--fork', '--propagation=private', 'sh', '-c', inside, 'sh', root)
}

async function containerIn(root: string): Promise<Container | undefined> {
  const fact = await liveHost([], 4000).fact('containers')
  if (!fact.known) throw new Error(JSON.stringify(fact.missing))
  return fact.value.containers.find(({mounts, processes}) =>
    [mounts.some(({source}) => source.startsWith(root)), processes.some(({comm}) => comm === 'perl')].every(Boolean),
  )
}

describeLab('mounts that are laid as a trap', ['root', 'unshare', 'perl', 'python3', fuse], () => {
  it.each([
    ['given up on where a file system does not answer', 'hung-root.py', {ownerUid: null, ownerUnseen: 'timeout'}],
    ['asked for their owner where it does', 'fuse-owner.py', {ownerUid: 4242, ownerGid: 4242}],
  ])('are %s', async (_, program, expected) => {
    const {dir, remove} = await scratch()
    for (const name of ['fuse', 'root', 'lent']) await mkdir(join(dir, name))
    const server = start('python3', new URL(program, import.meta.url).pathname, join(dir, 'fuse'), '4242')
    try {
      await server.line()
      const lay = `mkdir fuse lent; mount --bind '${dir}/fuse' fuse; mount --bind '${dir}/lent' lent`
      const trap = container(join(dir, 'root'), lay)
      try {
        expect(await trap.line()).toBe('ready')
        const found = await containerIn(dir)
        expect(found?.mountsSeenBy).toBe('kernel')
        expect(found?.mounts).toMatchObject([
          {source: join(dir, 'fuse'), destination: '/fuse', ...expected},
          {source: join(dir, 'lent'), destination: '/lent', ownerUid: 0},
        ])
      } finally {
        await trap.stop()
      }
    } finally {
      await server.stop()
      await remove()
    }
  })

  it('are cut short by their number, and that is said', async () => {
    const {dir, remove} = await scratch()
    for (const name of ['root', 'lent']) await mkdir(join(dir, name))
    const many = `mkdir lent; mount --bind '${dir}/lent' lent
      for size in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
        mkdir "$(printf '%0200d' $size)"; mount --rbind "$1" "$(printf '%0200d' $size)"
      done`
    const flood = container(join(dir, 'root'), many)
    try {
      expect(await flood.line()).toBe('ready')
      const fact = await liveHost([], 4000).fact('containers')
      if (!fact.known) throw new Error(JSON.stringify(fact.missing))
      const found = fact.value.containers.find(({processes}) => processes.some(({ppid}) => ppid === flood.pid))
      expect(found).toMatchObject({mounts: [], mountsSeenBy: {input: 'container-mounts', reason: 'truncated'}})
    } finally {
      await flood.stop()
      await remove()
    }
  })
})
