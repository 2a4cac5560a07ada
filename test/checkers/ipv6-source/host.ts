import ipv6Source from '../../../src/checkers/ipv6-source/index.js'
import {known} from '../../../src/facts/define.js'
import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import type {Peer} from '../../../src/facts/peers.js'
import {parseSysctlFile} from '../../../src/facts/sysctl-files.js'
import type {FindingDraft} from '../../../src/model/finding.js'
import type {Missing} from '../../../src/model/missing.js'

export interface Surroundings {
  readonly asked?: readonly string[]
  readonly peers?: readonly Peer[]
  /** A file of /etc/sysctl.d. */
  readonly sysctl?: string
  readonly docker?: boolean
  readonly translates?: boolean | null
}

export interface Checked {
  readonly findings: readonly FindingDraft[]
  readonly unknowns: readonly Missing[]
  readonly skipped: string | null
}

/** What the checker says of a made-up host. */
export function check(network: NetworkNamespace, given: Surroundings = {}): Checked {
  const verdicts = ipv6Source.check(
    {
      ownNetwork: network,
      kernel: known({release: '6.18.0', major: 6, minor: 18}),
      resolvers: known([]),
      peers: known(given.peers ?? []),
      sysctlFiles: known(parseSysctlFile('/etc/sysctl.d/10-test.conf', given.sysctl ?? '')),
      dockerDaemon: known(given.docker ? {ipv6: true, ipForward: true, ipv6Line: 1, text: '{"ipv6": true}'} : null),
      askedDestinations: known(given.asked ?? []),
      ipv6Translation: known({translates: given.translates ?? false, by: null}),
    },
    {collectedAt: '2026-01-02T03:04:05.000Z'},
  )
  const findings: FindingDraft[] = []
  const unknowns: Missing[] = []
  let step = verdicts.next()
  for (; !step.done; step = verdicts.next()) {
    if ('unknown' in step.value) unknowns.push(step.value.unknown)
    else findings.push(step.value)
  }
  return {findings, unknowns, skipped: step.value?.skipped ?? null}
}

/** `SEVERITY RULE SUBJECT`, with `quiet` in front. */
export function told({findings}: Checked): string[] {
  return findings.map(
    ({rule, severity, subject, quiet}) =>
      `${quiet ? 'quiet ' : ''}${severity ?? 'as declared'} ${rule} ${subject.name}`,
  )
}
