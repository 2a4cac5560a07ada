import {describe, expect, it} from 'vitest'
import type {Finding} from '../../src/model/finding.js'
import type {Report} from '../../src/model/report.js'
import {renderText} from '../../src/renderers/text/report.js'
import {finding, report, sharedLimit} from '../support/reports.js'
import {schemaErrors} from '../support/schema.js'

function text(made: Report, options: {width?: number; verbose?: boolean; colour?: 0 | 1} = {}): string {
  expect(schemaErrors(made)).toEqual([])
  const {width = 80, verbose = false, colour = 0} = options
  return renderText(made, {terminal: {width, colour}, verbose})
}

const nothingKnown = report([], {
  checkers: [
    {
      id: 'fork-limit',
      status: 'unknown',
      durationMs: 1,
      missing: [
        {input: 'processes', reason: 'denied', detail: '212 processes, for example /proc/1/ns/user: EACCES'},
        {input: 'container-engines', reason: 'denied', detail: '/run/docker.sock: EACCES'},
        {input: 'container-engines', reason: 'timeout', detail: '/run/podman/podman.sock: no answer within 10000 ms'},
      ],
    },
    {
      id: 'uid-collision',
      status: 'unknown',
      durationMs: 1,
      missing: [{input: 'processes', reason: 'denied', detail: '212 processes, for example /proc/1/ns/user: EACCES'}],
    },
    {id: 'mtu-mismatch', status: 'skipped', reason: 'the host has no network', durationMs: 0},
  ],
  exitCode: 3,
})

describe('the text report', () => {
  it('tells the story it was written for, on one screen', () => {
    const output = text(sharedLimit)
    expect(output).toMatchSnapshot()
    expect(output.split('\n').length).toBeLessThan(40)
  })

  it('uses the room of a wide terminal', () => {
    expect(text(sharedLimit, {width: 110})).toMatchSnapshot()
  })

  it('shows everything when verbose', () => {
    expect(text(sharedLimit, {verbose: true})).toMatchSnapshot()
  })

  it('paints severities, commands and edits', () => {
    expect(text(sharedLimit, {colour: 1})).toMatchSnapshot()
  })

  it('is short when there is nothing to say', () => {
    expect(text(report([]))).toMatchSnapshot()
  })

  it('says what could not be known, why, and what would help', () => {
    expect(text(nothingKnown)).toMatchSnapshot()
  })

  it('shows a few gaps of each input, all when verbose', () => {
    const missing = [1, 2, 3, 4, 5].map((pid) => ({
      input: 'processes',
      reason: 'denied' as const,
      detail: `process ${pid}`,
    }))
    const more = {input: 'passwd', reason: 'denied' as const, detail: '/etc/passwd: EACCES'}
    const made = report([], {
      checkers: [{id: 'fork-limit', status: 'unknown', durationMs: 0, missing: [...missing, more]}],
    })
    expect(text(made)).toContain(
      'process 3\n         and 2 more of processes (--verbose)\n         passwd: /etc/passwd',
    )
    expect(text(made, {verbose: true})).toContain('process 5')
  })

  it('advises to record as root where the recording lacks what only root may read', () => {
    const recorded = {...nothingKnown, host: {...nothingKnown.host, source: '/tmp/web1'}}
    expect(text(recorded, {width: 110})).toContain('Record the host as root')
    expect(text(recorded, {width: 110})).not.toContain('Run as root')
  })

  it('shows accepted findings and expired acceptances', () => {
    const [cause, , notice] = sharedLimit.findings
    if (!cause || !notice) throw new Error('the made-up report has changed')
    const accepted = {...cause, accepted: {reason: 'the host is replaced next week', until: '2026-12-01'}}
    const expired = {...notice, acceptanceExpired: {reason: 'was to be fixed in spring', until: '2026-04-30'}}
    expect(text(report([accepted, expired]))).toMatchSnapshot()
  })

  it('says that a checker broke, without its stack unless verbose', () => {
    const broken = report([], {
      checkers: [
        {id: 'fork-limit', status: 'error', reason: 'TypeError: x is undefined\n    at check (a.js:1)', durationMs: 1},
      ],
      exitCode: 70,
    })
    expect(text(broken)).toMatchSnapshot()
    expect(text(broken, {verbose: true})).toContain('at check (a.js:1)')
  })

  it('leaves quiet notices to --verbose, where each is a line, and counts them', () => {
    const quiet = finding({
      id: 'unit-environment/optional-variable-unset',
      severity: 'notice',
      summary: 'cron.service: EXTRA_OPTS is not set',
      quiet: true,
    })
    const made = report([quiet])
    expect(text(made)).not.toContain('EXTRA_OPTS')
    expect(text(made).replace(/\s+/g, ' ')).toContain('No findings (1 more notice with --verbose)')
    expect(text(made, {verbose: true})).toMatch(/^notice {3}cron\.service: EXTRA_OPTS/m)
    expect(text(made, {verbose: true})).not.toContain('with --verbose')
  })

  it('keeps an ordinary host with many notices on one screen', () => {
    const notices = Array.from({length: 8}, (_, index) =>
      finding({
        id: 'uid-collision/shared-uid',
        severity: 'notice',
        subject: {kind: 'container', name: `c${index}`},
        summary: `Container c${index} shares UID ${index} with the host`,
      }),
    )
    expect(text(report(notices)).split('\n').length).toBeLessThanOrEqual(24)
  })
})

describe('what to do', () => {
  it('keeps a patch as it must be applied, and a command on one line', () => {
    const long = 'x'.repeat(500)
    const made = report([
      finding({
        id: 'fork-limit/start-blocked',
        severity: 'error',
        summary: 's',
        remediation: [
          {
            title: 'edit',
            kind: 'edit',
            path: '/etc/x',
            patch: `-\tlimit=3 ${long}\n+\tlimit=\u001b[2J4\n`,
            safety: 'safe',
            persistent: true,
          },
          {title: 'run', kind: 'command', argv: ['echo', long, 'a b'], safety: 'safe', persistent: true},
        ],
      }),
    ])
    const lines = text(made)
      .split('\n')
      .map((line) => line.trim())
    expect(lines).toContain(`-\tlimit=3 ${long}`)
    expect(lines).toContain('+\tlimit=\\x1b[2J4')
    expect(lines).toContain(`echo ${long} 'a b'`)
  })
})

describe('causes and symptoms', () => {
  const subject = (name: string) => ({kind: 'container', name})
  const make = (name: string, cause?: string, more: Partial<Finding> = {}) =>
    finding({
      id: 'fork-limit/fork-blocked',
      severity: 'warning',
      subject: subject(name),
      summary: `summary of ${name}`,
      ...(cause === undefined ? {} : {causedBy: {id: 'fork-limit/fork-blocked', subject: subject(cause)}}),
      ...more,
    })
  const count = (output: string, needle: string) => output.split(needle).length - 1

  it('tells each finding once, a chain of symptoms under its first cause', () => {
    const output = text(report([make('a'), make('b', 'a'), make('c', 'b')]))
    for (const name of ['a', 'b', 'c']) expect(count(output, `summary of ${name}`)).toBe(1)
    expect(count(output, 'WARNING')).toBe(1)
  })

  it('loses no finding where findings cause each other', () => {
    const output = text(report([make('a', 'b'), make('b', 'a'), make('c', 'c')]))
    for (const name of ['a', 'b', 'c']) expect(output).toContain(`summary of ${name}`)
  })

  it('shows a symptom on its own when its cause is accepted', () => {
    const accepted = {reason: 'known', until: '2027-01-01'}
    const output = text(report([make('a', undefined, {accepted}), make('b', 'a')]))
    expect(output).toContain('WARNING  summary of b')
    expect(output).toContain('accepted summary of a')
  })
})

describe('untrusted text', () => {
  it('reaches the terminal visible, wherever it stands', () => {
    const evil = 'x\u001b[2J\u202e\u009b31m\u0007'
    const made = report(
      [
        finding({
          id: 'uid-collision/shared-uid',
          severity: 'error',
          subject: {kind: 'container', name: evil},
          summary: evil,
          why: evil,
          evidence: [{source: evil, excerpt: `${evil}\n${evil}`}],
          remediation: [
            {title: evil, kind: 'command', argv: ['docker', 'stop', evil], safety: 'safe', persistent: false},
            {
              title: evil,
              kind: 'edit',
              path: `/${evil}`,
              patch: `-${evil}\n+${evil}`,
              safety: 'safe',
              persistent: true,
            },
          ],
        }),
        finding({
          id: 'uid-collision/shared-uid',
          severity: 'notice',
          summary: evil,
          acceptanceExpired: {reason: evil, until: '2020-01-01'},
        }),
        finding({
          id: 'uid-collision/shared-uid',
          severity: 'notice',
          summary: evil,
          accepted: {reason: evil, until: '2027-01-01'},
        }),
      ],
      {
        host: {hostname: evil, os: evil, kernel: evil, source: evil, collectedAt: '2026-01-01T00:00:00Z'},
        checkers: [
          {
            id: 'fork-limit',
            status: 'unknown',
            durationMs: 0,
            missing: [{input: evil, reason: 'denied', detail: evil}],
          },
          {id: 'mtu-mismatch', status: 'skipped', durationMs: 0, reason: evil},
          {id: 'broken-checker', status: 'error', durationMs: 0, reason: evil},
        ],
      },
    )
    const output = text(made, {verbose: true})
    expect(output.split('\n').every((line) => /^[\u0020-\u007e]*$/.test(line))).toBe(true)
    expect(output).toContain('\\x1b[2J\\u202e\\x9b31m\\x07')
  })
})
