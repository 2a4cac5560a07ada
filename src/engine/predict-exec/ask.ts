import {UserError} from '../../model/user-error.js'
import type {ExecQuestion} from '../predict-exec.js'

/** Oldest and newest version of systemd whose rules are known. */
const OLDEST = 215
const NEWEST = 299

interface Asked {
  readonly all: boolean
  readonly 'systemd-version'?: number | undefined
  readonly 'show-values': boolean
}

/** The question in what was asked for; throws a UserError unless it is about some units or all of them. */
export function execQuestion(units: readonly string[], flags: Asked): ExecQuestion {
  const version = flags['systemd-version']
  if (flags.all === units.length > 0) {
    throw new UserError(flags.all ? 'Name units, or ask for --all.' : 'Which unit?', {
      suggestions: ['netdoctor predict exec ssh.service', 'netdoctor predict exec --all'],
    })
  }
  if (version !== undefined && (version < OLDEST || version > NEWEST)) {
    throw new UserError(`The rules of systemd are known from version ${OLDEST} on, not of ${version}.`)
  }
  return {units, all: flags.all, version, showValues: flags['show-values']}
}
