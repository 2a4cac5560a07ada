import {readdirSync, readFileSync} from 'node:fs'
import {basename, join} from 'node:path'

/** What one process was given. */
export interface Recording {
  readonly unit: string
  /** Last component of the program's path: tells the commands of a unit apart. */
  readonly program: string
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly time: bigint
  readonly pid: number
  readonly argv: readonly string[]
  readonly environment: ReadonlyMap<string, string>
}

export const RECORDINGS = '/run/nd-rec'

/** All recordings of a booted machine, in the order of time. */
export function readRecordings(root: string): Recording[] {
  const folder = join(root, RECORDINGS)
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => parseRecording(readFileSync(join(folder, name))))
    .sort((a, b) => (a.time < b.time ? -1 : 1))
}

function parseRecording(bytes: Buffer): Recording {
  const fields: {letter: string; text: string}[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at)
    fields.push({letter: String.fromCharCode(bytes[at] ?? 0), text: decode(bytes.subarray(at + 1, end))})
    at = end + 1
  }
  const all = (letter: string) => fields.filter((field) => field.letter === letter).map(({text}) => text)
  const [unit = '', program = '', time = '0', pid = '0'] = ['U', 'X', 'T', 'P'].map((letter) => all(letter)[0])
  const variables = all('E').map((text): [string, string] => {
    const equals = text.indexOf('=')
    return [text.slice(0, equals), text.slice(equals + 1)]
  })
  const environment = new Map(variables)
  if (environment.size !== variables.length) throw new Error(`${unit}: ${program} has a variable twice`)
  return {unit, program: basename(program), time: BigInt(time), pid: Number(pid), argv: all('A'), environment}
}

/** UTF-8; a byte that belongs to none is U+DC80..U+DCFF, so that nothing is lost (surrogateescape of Python). */
export function decode(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const size = sizeAt(bytes, at)
    text += size === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : asUtf8(bytes.subarray(at, at + size))
    at += Math.max(size, 1)
  }
  return text
}

/** Of the character that begins there; 0: none does. */
function sizeAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  for (const size of [2, 3, 4]) {
    const part = bytes.subarray(at, at + size)
    if (part.length === size && Buffer.from(asUtf8(part)).equals(part) && [...asUtf8(part)].length === 1) return size
  }
  return 0
}

function asUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
