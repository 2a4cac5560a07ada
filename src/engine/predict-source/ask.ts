import {UserError} from '../../model/user-error.js'
import type {SourceRequest} from '../predict-source.js'
import {parseMark} from './question.js'

interface Asked {
  readonly oif?: string | undefined
  readonly mark?: string | undefined
  readonly uid?: number | undefined
  readonly prefer?: 'temporary' | 'public' | undefined
  readonly netns?: string | undefined
}

/** The request in what was asked for; throws a UserError if nothing is, neither here nor on standard input. */
export function sourceRequest(
  dests: readonly string[],
  {oif, mark, uid, prefer, netns}: Asked,
  inputIsTerminal: boolean,
): SourceRequest {
  if (dests.length === 0 && inputIsTerminal) {
    throw new UserError('Which destination?', {
      suggestions: ['netdoctor predict source 2001:db8::1', 'netdoctor predict source <destinations'],
    })
  }
  const number = mark === undefined ? undefined : parseMark(mark)
  if (number === null) throw new UserError(`--mark takes a number of 32 bits, decimal or 0x..., not "${mark}".`)
  return {
    netns: netns ?? null,
    defaults: {
      ...(oif === undefined ? {} : {oif}),
      ...(number === undefined ? {} : {mark: number}),
      ...(uid === undefined ? {} : {uid}),
      ...(prefer === undefined ? {} : {prefer}),
    },
  }
}
