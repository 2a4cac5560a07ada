import {lstatSync} from 'node:fs'

/**
 * To be called before a package is imported that is not part of the build. Node's realpathSync, with which it
 * follows links to modules, looks at the numbers of the last stat(2) of whoever made one: after a socket or a
 * FIFO it follows none, and where packages are links (pnpm, npm link) half a module is loaded.
 */
export function forgetLastStat(): void {
  lstatSync('/')
}
