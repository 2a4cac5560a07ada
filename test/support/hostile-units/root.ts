import {execFileSync} from 'node:child_process'
import {linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** A root file system whose units are made to break who reads them; `size` says how much of it. */
export interface HostileRoot {
  readonly name: string
  /** A size that a test of every day can bear. */
  readonly size: number
  make(root: HostRoot, size: number): void
}

/** Writes below one folder, as if it were /. */
export class HostRoot {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
    this.put('/usr/lib/systemd/libsystemd-shared-252.so', '')
    this.put('/etc/os-release', 'PRETTY_NAME="Hostile"\n')
    this.put('/usr/bin/true', '\u007fELF')
  }

  at(path: string): string {
    return join(this.folder, path)
  }

  put(path: string, content: string | Buffer): void {
    mkdirSync(dirname(this.at(path)), {recursive: true})
    writeFileSync(this.at(path), content)
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(this.at(path)), {recursive: true})
    symlinkSync(target, this.at(path))
  }

  /** A second name of the same file. */
  hardLink(path: string, existing: string): void {
    mkdirSync(dirname(this.at(path)), {recursive: true})
    linkSync(this.at(existing), this.at(path))
  }

  folderAt(path: string): void {
    mkdirSync(this.at(path), {recursive: true})
  }

  fifo(path: string): void {
    mkdirSync(dirname(this.at(path)), {recursive: true})
    execFileSync('mkfifo', [this.at(path)])
  }

  /** Takes no room on the disk. */
  holes(path: string, bytes: number): void {
    this.put(path, '')
    truncateSync(this.at(path), bytes)
  }
}

export const UNITS = '/etc/systemd/system'
/** Shows as something else, or does something, on a terminal. */
export const EVIL = '\u001b]0;title\u0007\u001b[2Jred\u009b31m\r\u202e'
/** Must never be printed. */
export const SECRET = 'hunter2-5d0c1e'

export function service(root: HostRoot, name: string, ...lines: readonly string[]): void {
  root.put(`${UNITS}/${name}`, `[Service]\n${lines.join('\n')}\n`)
}

/** `text`, repeated up to `bytes`. */
export function upTo(bytes: number, text: string): string {
  return text.repeat(Math.max(1, Math.floor(bytes / text.length)))
}

export function repeat(count: number, line: (at: number) => string): string[] {
  return Array.from({length: count}, (_, at) => line(at))
}
