import type {Writable} from 'node:stream'
import {UserError} from '../model/user-error.js'

/**
 * Writes to standard output and waits until it is out. A reader that went away (`| head`) is no
 * error; a full disk is.
 */
export function write(text: string): Promise<void> {
  return writeTo(process.stdout, 'standard output', text)
}

/** Writes to standard error; nobody is left to be told if that fails. */
export async function writeError(text: string): Promise<void> {
  await writeTo(process.stderr, 'standard error', text).catch(() => undefined)
}

function writeTo(stream: Writable, name: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, 'utf8', (error) => {
      if (!error || ('code' in error && error.code === 'EPIPE')) resolve()
      else reject(new UserError(`Cannot write to ${name}: ${error.message}`, {cause: error}))
    })
  })
}
