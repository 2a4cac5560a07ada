import {CLIError, ExitError} from '@oclif/core/errors'
import {describe, expect, it} from 'vitest'
import {describeFailure} from '../../src/cli/failure.js'
import {UserError} from '../../src/model/user-error.js'

describe('describeFailure', () => {
  it('prints what the user can put right without a stack, with what to try', () => {
    const error = new UserError('There is no rule "x".', {suggestions: ['netdoctor list']})
    expect(describeFailure(error)).toEqual({
      text: 'Error: There is no rule "x".\nTry:\n  netdoctor list\n',
      exitCode: 2,
    })
  })

  it('prints usage errors of oclif in the same way', () => {
    const error = new CLIError('Nonexistent flag: \u001b[31m--foo\u001b[39m\nSee more help with --help', {exit: 2})
    expect(describeFailure(error)).toEqual({
      text: 'Error: Nonexistent flag: --foo\nTry:\n  netdoctor --help\n',
      exitCode: 2,
    })
  })

  it('leaves an exit code that a command chose alone', () => {
    expect(describeFailure(new ExitError(3))).toEqual({text: '', exitCode: 3})
  })

  it('asks to report everything else, with its stack', () => {
    const {text, exitCode} = describeFailure(new TypeError('x is undefined'))
    expect(text).toMatch(
      /^TypeError: x is undefined\n {4}at .*failure\.test\.ts[\s\S]*This is a bug in netdoctor\. Please report it/,
    )
    expect(exitCode).toBe(70)
    expect(describeFailure('thrown text').exitCode).toBe(70)
  })

  it('makes text of the host in it visible', () => {
    for (const error of [new UserError('a\u001b[2Jb', {suggestions: ['\u202ex']}), new Error('a\u001b[2Jb')]) {
      expect(describeFailure(error).text).toContain('a\\x1b[2Jb')
      expect(describeFailure(error).text).not.toContain('\u001b')
      expect(describeFailure(error).text).not.toContain('\u202e')
    }
  })

  it('says that the output could not be written, and nothing if nobody reads it any more', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', syscall: 'write'})
    expect(describeFailure(full)).toEqual({
      text: 'Error: Cannot write: ENOSPC: no space left on device, write\n',
      exitCode: 2,
    })
    expect(describeFailure(Object.assign(full, {code: 'EPIPE'})).text).toBe('')
  })
})
