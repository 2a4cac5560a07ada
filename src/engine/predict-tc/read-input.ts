import {UserError} from '../../model/user-error.js'
import {readRegular} from '../../sources/read-regular.js'

const MOST_BYTES = 16 << 20

/** Text of a file, or of standard input. Throws a UserError if it cannot be read. */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return readStandardInput()
  const read = readRegular(file, MOST_BYTES)
  if ('reason' in read) throw new UserError(`Cannot read the commands: ${read.detail}`)
  return read.text
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MOST_BYTES) throw new UserError(`Standard input is larger than ${MOST_BYTES} bytes`)
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads what scripts read themselves: `. FILE`, `tc -batch FILE`. null: it is not there, or no plain file. */
export function createFileReader(): {readonly readFile: (path: string) => string | null} {
  const texts = new Map<string, string | null>()
  return {
    readFile: (path) => {
      const known = texts.get(path)
      if (known !== undefined) return known
      const read = readRegular(path, MOST_BYTES)
      const text = 'reason' in read ? null : read.text
      texts.set(path, text)
      return text
    },
  }
}
