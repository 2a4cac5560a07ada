import {closeSync, openSync, readSync} from 'node:fs'

/**
 * Reads small files of /proc into one buffer that is used again for each. Only for files that the
 * kernel answers at once; they are neither FIFOs nor devices.
 */
export class ProcReader {
  #buffer = Buffer.allocUnsafe(64 << 10)

  /** Throws the errno of open(2) or read(2): ENOENT or ESRCH for a process that is gone. */
  read(path: string, encoding: 'latin1' | 'utf8' = 'latin1'): string {
    const fd = openSync(path, 'r')
    try {
      let length = 0
      for (;;) {
        const added = readSync(fd, this.#buffer, length, this.#buffer.length - length, null)
        if (added === 0) return this.#buffer.toString(encoding, 0, length)
        length += added
        if (length === this.#buffer.length) this.#grow()
      }
    } finally {
      closeSync(fd)
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2)
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}
