import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {guard} from './guard.js'

/** Prelude: dies with the test; `uid` is the first argument; libc calls that change one thread only. */
const PRELUDE = `
import ctypes, os, platform, signal, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == 'aarch64'
def die_with_parent(): libc.prctl(1, signal.SIGKILL)
def set_thread_uid(uid): libc.syscall(147 if ARM else 117, uid, uid, uid)
def exit_thread(): libc.syscall(93 if ARM else 60, 0)
def ready(*words):
    print(*words, flush=True)
def child(body):
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        body()
        os._exit(0)
    return pid
def forever():
    while True: signal.pause()
die_with_parent()
uid = int(sys.argv[1])
`

export interface Tasks {
  readonly pid: number
  /** The words of its first line. */
  readonly words: readonly string[]
  stop(): Promise<void>
}

/** Runs Python that makes tasks and then calls `ready(...)` and `forever()`. */
export async function startTasks(script: string, uid: number): Promise<Tasks> {
  const child = spawn('/usr/bin/python3', ['-c', PRELUDE + script, String(uid)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  // A change of credentials takes the death signal away; what they all share is the process group.
  const group = guard('kill -KILL "-$1"', String(child.pid))
  const [line] = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data'),
    exited.then(([code]) => Promise.reject(new Error(`the script ended with ${code}`))),
  ])
  return {
    pid: child.pid ?? 0,
    words: String(line).trim().split(' '),
    async stop() {
      await group.release()
      child.stdout.destroy()
      await exited
    },
  }
}
