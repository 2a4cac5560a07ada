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
  unset: /Referenced but unset environment variable evaluates to an empty string: (.*)$/s,
  invalid: /Invalid environment variable name evaluates to an empty string: (.*)$/s,
} as const

export async function readMessages(machine: BootedDebian): Promise<Message[]> {
  await machine.run(['journalctl', '--sync'])
  const fields = '--output-fields=MESSAGE,UNIT,_PID'
  // --all: long messages and those with control characters as well.
  const stdout = await succeed(machine, ['journalctl', '--no-pager', '--all', '-o', 'json', fields])
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : messageOf(JSON.parse(line))))
}

interface Entry {
  readonly MESSAGE?: string | readonly number[] | null
  readonly UNIT?: string
  readonly _PID?: string
}

function messageOf({MESSAGE, UNIT, _PID}: Entry): Message[] {
  const text = typeof MESSAGE === 'string' ? MESSAGE : decode(Uint8Array.from(MESSAGE ?? []))
  for (const kind of ['unset', 'invalid'] as const) {
    const names = KINDS[kind].exec(text)?.[1]
    if (names !== undefined && UNIT) return [{unit: UNIT, pid: Number(_PID), kind, names}]
  }
  return []
}
