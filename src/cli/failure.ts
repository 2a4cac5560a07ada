import {stripVTControlCharacters} from 'node:util'
import {exitCodes} from '../engine/exit-code.js'
import {UserError} from '../model/user-error.js'
import {visible, visibleLines} from '../output/escape.js'

const REPORT_BUG =
  'This is a bug in netdoctor. Please report it with the lines above and the output of `netdoctor --version`.'

export interface Failure {
  /** For standard error; empty where nothing is to be said. */
  readonly text: string
  readonly exitCode: number
}

/** Turns whatever was thrown into what the user reads and the code the process ends with. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UserError) {
    return {text: userText(bare(error.message), error.suggestions), exitCode: exitCodes.usage}
  }
  if (isError(error) && 'syscall' in error && error.syscall === 'write' && 'code' in error) {
    // A reader that went away (`| head`) is no error.
    return {
      text: error.code === 'EPIPE' ? '' : userText(`Cannot write: ${error.message}`, []),
      exitCode: exitCodes.usage,
    }
  }
  const exit = oclifExit(error)
  // `this.exit(n)` of oclif: nothing went wrong.
  if (exit !== undefined && isError(error) && 'code' in error && error.code === 'EEXIT')
    return {text: '', exitCode: exit}
  if (exit !== undefined && isError(error)) {
    return {
      text: userText(bare(stripVTControlCharacters(error.message)), ['netdoctor --help']),
      exitCode: exitCodes.usage,
    }
  }
  const stack = isError(error) ? (error.stack ?? error.message) : String(error)
  return {text: `${visibleLines(stack).join('\n')}\n\n${REPORT_BUG}\n`, exitCode: exitCodes.bug}
}

function userText(message: string, suggestions: readonly string[]): string {
  const lines = visibleLines(message)
  const tips = suggestions.map((suggestion) => `  ${visible(suggestion)}`)
  return `Error: ${[...lines, ...(tips.length > 0 ? ['Try:', ...tips] : [])].join('\n')}\n`
}

/** oclif marks the errors that are the user's with the exit code they should have. */
function oclifExit(error: unknown): number | undefined {
  if (!isError(error) || !('oclif' in error)) return undefined
  const {oclif} = error
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && typeof oclif.exit === 'number'
    ? oclif.exit
    : undefined
}

function isError(value: unknown): value is Error {
  return value instanceof Error
}

/** oclif names the flag before an error of its parser, and points to help in its own words. */
function bare(message: string): string {
  return message.replace(/^Parsing --\S+\s+/, '').replace(/\n?See more help with --help\s*$/, '')
}
