import type {BootedDebian} from '../../support/lab/booted.js'
import {succeed} from './machine.js'
import {decode} from './recordings.js'

/** One line that a process about to become a command writes of the variables in it, since version 254. */
export interface Message {
  readonly unit: string
  readonly pid: number
  readonly kind: 'unset' | 'invalid'
  /** Joined as systemd joins them: a name that is none may hold a comma itself. */
  readonly names: string
}

const KINDS = {
  unset: /^(\S+): Referenced but unset environment variable evaluates to an empty string: (.*)$/s,
  invalid: /^(\S+): Invalid environment variable name evaluates to an empty string: (.*)$/s,
} as const

export async function readMessages(machine: BootedDebian): Promise<Message[]> {
  await machine.run(['journalctl', '--sync'])
  const fields = '--output-fields=MESSAGE,_PID'
  // --all: long messages and those with control characters as well.
  const stdout = await succeed(machine, ['journalctl', '--no-pager', '--all', '-o', 'json', fields])
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : messageOf(JSON.parse(line))))
}

interface Entry {
  readonly MESSAGE?: string | readonly number[] | null
  readonly _PID?: string
}

function messageOf({MESSAGE, _PID}: Entry): Message[] {
  const text = typeof MESSAGE === 'string' ? MESSAGE : decode(Uint8Array.from(MESSAGE ?? []))
  for (const kind of ['unset', 'invalid'] as const) {
    const [, unit, names] = KINDS[kind].exec(text) ?? []
    if (unit !== undefined && names !== undefined) return [{unit, pid: Number(_PID), kind, names}]
  }
  return []
}
