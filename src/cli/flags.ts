import * as Flags from '@oclif/core/flags'
import {UserError} from '../model/user-error.js'

const formats = ['text', 'json'] as const
const LONGEST_TIMEOUT_S = 3600

/** Of every command that prints an answer. */
export const outputFlags = {
  format: Flags.option({options: formats, description: 'How to print the answer.', default: 'text'})(),
  json: Flags.boolean({description: 'The same as --format json.'}),
  color: Flags.boolean({
    description: 'Colours on a terminal; NO_COLOR and FORCE_COLOR are honoured too.',
    default: true,
    allowNo: true,
  }),
}

export const configFlag = Flags.string({
  description: 'Configuration to use instead of /etc/netdoctor/config.yaml.',
  helpValue: 'FILE',
})

/** Of every command that reads a host. */
export const sourceFlags = {
  from: Flags.string({description: 'Read a recorded host from this folder instead of this host.', helpValue: 'DIR'}),
  timeout: Flags.custom<number>({
    description: 'How long to wait for any one thing that is read.',
    helpValue: 'SECONDS',
    default: 10,
    parse: async (input) => parseSeconds(input),
  })(),
}

export function isJson(flags: {readonly format: string; readonly json: boolean}): boolean {
  return flags.json || flags.format === 'json'
}

function parseSeconds(input: string): number {
  const seconds = Number(input)
  if (/^\d+(\.\d+)?$/.test(input) && seconds > 0 && seconds <= LONGEST_TIMEOUT_S) return seconds
  throw new UserError(`--timeout takes a number of seconds up to ${LONGEST_TIMEOUT_S}, not "${input}".`)
}
