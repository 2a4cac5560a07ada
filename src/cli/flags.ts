import {isIPv6} from 'node:net'
import * as Flags from '@oclif/core/flags'
import {severities} from '../model/finding.js'
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
  root: Flags.string({
    description: 'Read the root file system that is mounted at this folder: a rescued disk, an image.',
    helpValue: 'DIR',
    exclusive: ['from'],
  }),
  timeout: Flags.custom<number>({
    description: 'How long to wait for any one thing that is read.',
    helpValue: 'SECONDS',
    default: 10,
    parse: async (input) => parseSeconds(input),
  })(),
}

/** What `check` looks for, and what it makes of it. */
export const checkFlags = {
  'fail-on': Flags.option({
    options: severities,
    description: 'Least severity that makes exit code 1.',
    default: 'error',
  })(),
  only: Flags.string({
    description: 'Only this rule or checker (repeatable).',
    helpValue: 'RULE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  skip: Flags.string({
    description: 'Not this rule or checker (repeatable).',
    helpValue: 'RULE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  script: Flags.string({
    description: 'Shell script or tc batch file to judge as well (repeatable).',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  dest: Flags.string({
    description: 'IPv6 destination whose source address matters here (repeatable).',
    helpValue: 'ADDR',
    multiple: true,
    multipleNonGreedy: true,
  }),
  accepted: Flags.string({
    description: 'Known findings: list of {id, subject?, reason, until} (YAML or JSON).',
    helpValue: 'FILE',
  }),
  verbose: Flags.boolean({description: 'Everything: all evidence, notices in full.'}),
}

export function isJson(flags: {readonly format: string; readonly json: boolean}): boolean {
  return flags.json || flags.format === 'json'
}

/** A whole number that fits into 32 bits, as UIDs, PIDs and limits do. */
export function parseCount(input: string, flag: string): number {
  const count = Number(input)
  if (/^\d+$/.test(input) && count <= 0xffff_ffff) return count
  throw new UserError(`${flag} takes a whole number, not "${input}".`)
}

/** `check` judges them by name and zone-less: what is no IPv6 address is a slip of the keyboard. */
export function parseDestinations(inputs: readonly string[]): readonly string[] {
  for (const input of inputs) {
    if (!isIPv6(input) || input.includes('%')) throw new UserError(`--dest takes an IPv6 address, not "${input}".`)
  }
  return inputs
}

function parseSeconds(input: string): number {
  const seconds = Number(input)
  if (/^\d+(\.\d+)?$/.test(input) && seconds > 0 && seconds <= LONGEST_TIMEOUT_S) return seconds
  throw new UserError(`--timeout takes a number of seconds up to ${LONGEST_TIMEOUT_S}, not "${input}".`)
}
