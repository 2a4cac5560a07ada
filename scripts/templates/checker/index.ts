import {defineChecker} from '../../../src/checker.js'
import type {Kernel} from '../../../src/facts/kernel.js'
import type {FindingDraft} from '../../../src/model/finding.js'

/** All wording of the checker, by rule; tests import it. */
export const wording = {
  'release-too-old': (release: string) => ({
    summary: `Linux ${release} is older than 3.10`,
    why: 'The oldest kernel that the supported container runtimes run on is 3.10.',
  }),
}

export default defineChecker({
  id: 'template-checker',
  title: 'Whether the kernel is one that container runtimes support',
  needs: ['kernel'],
  rules: {
    'release-too-old': {severity: 'warning', title: 'The kernel is older than any supported one'},
  },
  *check({kernel}) {
    if (kernel.major < 3 || (kernel.major === 3 && kernel.minor < 10)) yield tooOld(kernel)
  },
})

function tooOld(kernel: Kernel): FindingDraft<'release-too-old'> {
  return {
    rule: 'release-too-old',
    subject: {kind: 'host', name: 'kernel'},
    confidence: 'certain',
    ...wording['release-too-old'](kernel.release),
    evidence: [{source: '/proc/sys/kernel/osrelease', excerpt: kernel.release}],
    remediation: [
      {
        title: 'Upgrade to a supported release of the distribution',
        kind: 'manual',
        safety: 'disruptive',
        persistent: true,
      },
    ],
  }
}
