import {spawn} from 'node:child_process'
import {once} from 'node:events'

/** Something that will be undone: by `release`, or by itself when this process ends in whatever way. */
export interface Guard {
  /** Undoes it now and waits until that is done. Once is enough; more does no harm. */
  release(): Promise<void>
}

/**
 * Makes sure that `script` (POSIX sh, its arguments in $1, $2, ...) runs exactly once: at `release`,
 * or when this process is gone, even by SIGKILL. The shell waits on a pipe that only we hold open.
 */
export function guard(script: string, ...args: readonly string[]): Guard {
  // A session of its own: a Ctrl-C at the terminal must not end the one who cleans up.
  const shell = spawn('/bin/sh', ['-c', `read -r _\n${script}`, 'guard', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const exited = once(shell, 'exit')
  shell.unref()
  // A child's stdin is a socket in Node, which would keep the event loop alive.
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref()
  return {
    async release() {
      shell.ref()
      shell.stdin.end()
      await exited
    },
  }
}
