import type {SystemTaskLimits} from '../../facts/system-task-limits.js'
import type {FindingDraft} from '../../model/finding.js'
import {systemLimits} from '../../models/task-limits/task.js'
import {isLow} from '../shared/room.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

/** threads-max and pid_max, which hold for the whole host. */
export function* judgeSystem(limits: SystemTaskLimits): Generator<FindingDraft<Rule>> {
  for (const {kind, count, limit, allowed, bounds} of systemLimits(limits)) {
    const full = bounds.most < 1
    if (!full && !isLow(limit, allowed, false)) continue
    const file = kind === 'threads-max' ? 'threads-max' : 'pid_max'
    const {full: none, low, whyThreads, whyPids} = wording['system-tasks-low']
    const raised = String(Math.min(limit * 2, 4_194_304))
    yield {
      rule: 'system-tasks-low',
      subject: {kind: 'host', name: `kernel.${file}`},
      severity: full ? 'error' : 'warning',
      confidence: kind === 'threads-max' ? 'certain' : 'likely',
      summary: full ? none(count, `kernel.${file}`, limit) : low(allowed, count, `kernel.${file}`, limit),
      why: kind === 'threads-max' ? whyThreads : whyPids,
      evidence: [
        {source: `/proc/sys/kernel/${file}`, excerpt: String(limit)},
        {source: '/proc/loadavg', excerpt: `${count} tasks`},
      ],
      remediation: [
        {
          title: `Raise kernel.${file}`,
          kind: 'command',
          argv: ['sysctl', '-w', `kernel.${file}=${raised}`],
          safety: 'safe',
          persistent: false,
        },
      ],
    }
  }
}
