import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync} from 'node:fs'

/**
 * A FUSE file system whose server takes every request and answers none: whoever asks sleeps in
 * request_wait_answer() of fs/fuse/dev.c, which not even SIGKILL ends once the request was taken.
 */
const SERVER = `
import ctypes, os, signal, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: nothing is left hanging after us
fuse = os.open('/dev/fuse', os.O_RDWR)
options = 'fd=%d,rootmode=40000,user_id=0,group_id=0' % fuse
if libc.mount(b'hung', sys.argv[1].encode(), b'fuse', 0, options.encode()) != 0:
    sys.exit('mount: errno %d' % ctypes.get_errno())
request = os.read(fuse, 1 << 20)
(unique,) = struct.unpack_from('Q', request, 8)
init = struct.pack('IIIIHHIIHHI28x', 7, 31, 0, 0, 12, 9, 4096, 1, 1, 0, 0)
os.write(fuse, struct.pack('IiQ', 16 + len(init), 0, unique) + init)
print('ready', flush=True)
while True:
    os.read(fuse, 1 << 20)
`

export interface HungMount {
  /** In the mount namespace of this process only, so that nothing else on the machine runs into it. */
  readonly pid: number
  readonly path: string
  /** Ends the server; whoever waits is told that it is gone. */
  stop(): Promise<void>
}

/** Needs root, unshare, python3 and /dev/fuse. */
export async function startHungMount(folder: string): Promise<HungMount> {
  const path = `${folder}/hung`
  mkdirSync(path, {recursive: true})
  const server = spawn('unshare', ['--mount', '/usr/bin/python3', '-c', SERVER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(server, 'exit')
  await Promise.race([
    once(server.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('the file system could not be mounted'))),
  ])
  return {
    pid: server.pid ?? 0,
    path,
    async stop() {
      server.kill('SIGKILL')
      await exited
    },
  }
}
