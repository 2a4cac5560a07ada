import {UserError} from '../../model/user-error.js'
import type {ForkQuestion} from './question.js'

interface Asked {
  readonly uid?: number | undefined
  readonly pid?: number | undefined
  readonly unit?: string | undefined
  readonly limit?: number | undefined
}

/** The question in what was asked for; throws a UserError unless it is about exactly one thing. */
export function forkQuestion({uid, pid, unit, limit}: Asked): ForkQuestion {
  const assumed = limit === undefined ? {} : {limit}
  if (uid !== undefined && pid === undefined && unit === undefined) return {uid, ...assumed}
  if (pid !== undefined && uid === undefined && unit === undefined) return {pid, ...assumed}
  if (unit !== undefined && uid === undefined && pid === undefined) return {unit, ...assumed}
  throw new UserError('Ask about one of --uid, --pid and --unit.')
}
