import {chmod, copyFile, mkdir, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

export interface ImageContent {
  /** Text of /etc/passwd and /etc/group; root only by default. */
  readonly passwd?: string
  readonly group?: string
  /** Path -> text of further files. */
  readonly files?: Readonly<Record<string, string>>
}

const applets = [
  'sh',
  'sleep',
  'id',
  'cat',
  'touch',
  'mkdir',
  'mkfifo',
  'mknod',
  'ln',
  'rm',
  'mount',
  'ls',
  'ps',
  'nproc',
  'mv',
  'dd',
  'cp',
]

/** Debian's busybox-static: one file without libraries, so an image needs nothing else. */
export const BUSYBOX = '/bin/busybox'

/** Fills an empty folder with a root file system that can run sh, sleep and id. */
export async function buildRootfs(dir: string, content: ImageContent = {}): Promise<void> {
  for (const folder of ['bin', 'sbin', 'etc', 'dev', 'proc', 'sys', 'tmp', 'run', 'var']) await mkdir(join(dir, folder))
  await chmod(join(dir, 'tmp'), 0o1777)
  await copyFile(BUSYBOX, join(dir, 'bin/busybox'))
  await chmod(join(dir, 'bin/busybox'), 0o755)
  for (const applet of applets) await symlink('busybox', join(dir, 'bin', applet))
  await writeFile(join(dir, 'etc/passwd'), content.passwd ?? 'root:x:0:0:root:/:/bin/sh\n')
  await writeFile(join(dir, 'etc/group'), content.group ?? 'root:x:0:\n')
  for (const [path, text] of Object.entries(content.files ?? {})) {
    await mkdir(dirname(join(dir, path)), {recursive: true})
    await writeFile(join(dir, path), text, {mode: 0o755})
  }
}
