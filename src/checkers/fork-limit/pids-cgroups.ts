import type {Containers} from '../../facts/containers.js'
import type {PidsCgroup, PidsCgroups} from '../../facts/pids-cgroups.js'
import type {ProcessTable} from '../../facts/processes.js'
import type {Services} from '../../facts/services.js'
import type {Evidence, FindingDraft, Remediation, Subject} from '../../model/finding.js'
import {pidsCgroupOf} from '../../models/task-limits/task.js'
import {dropIn, manual} from '../shared/limit-remedies.js'
import {forbidsForks, isLow} from '../shared/room.js'
import {limitEvidence} from './evidence.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

/** Gives a cgroup the name of the container or unit that it is the cgroup of. */
export type NameCgroup = (path: string) => Subject

export function cgroupNames(
  cgroups: PidsCgroups,
  {containers}: Pick<Containers, 'containers'>,
  {byPid}: Pick<ProcessTable, 'byPid'>,
): NameCgroup {
  const byCgroup = new Map<string, string>()
  for (const container of containers) {
    const first = byPid.get(container.initPid)
    const path = first && pidsCgroupOf(first, cgroups)
    if (path) byCgroup.set(path, container.name)
  }
  return (path) => {
    const base = path.slice(path.lastIndexOf('/') + 1)
    const container = byCgroup.get(path) ?? containers.find(({id}) => id.length >= 12 && base.includes(id))?.name
    if (container !== undefined) return {kind: 'container', name: container}
    if (base.endsWith('.service') && userOf(path) === null) return {kind: 'service', name: base}
    return {kind: 'cgroup', name: path}
  }
}

/** Cgroups at or near their own pids.max. Those below them fail too, and are not named again. */
export function* judgeCgroups(
  cgroups: PidsCgroups,
  services: Services | null,
  nameOf: NameCgroup,
): Generator<FindingDraft<Rule>> {
  for (const cgroup of cgroups.byPath.values()) {
    const {path, max, current} = cgroup
    if (max === Number.POSITIVE_INFINITY || forbidsForks(max)) continue
    const full = current >= max
    if (!full && !isLow(max, max - current, false)) continue
    const rule = full ? 'pids-cgroup-full' : 'pids-cgroup-low'
    const subject = nameOf(path)
    yield {
      rule,
      subject,
      confidence: 'certain',
      summary: wording[rule].summary(subject.kind === 'cgroup' ? `cgroup ${path}` : subject.name, current, max),
      why: wording.pidsWhy,
      evidence: evidenceOf(cgroup, services, subject),
      remediation: remedies(cgroup, subject),
    }
  }
}

function evidenceOf(
  {path, max, current, refused}: PidsCgroup,
  services: Services | null,
  subject: Subject,
): Evidence[] {
  const service = subject.kind === 'service' ? services?.byName.get(subject.name) : undefined
  const setting =
    service?.tasksMax ??
    (service ? services?.defaultTasksMax : undefined) ??
    (userOf(path) === null ? services?.slices.get(baseOf(path)) : undefined)
  return [
    {source: `pids.max of cgroup ${path}`, excerpt: String(max)},
    {source: `pids.current of cgroup ${path}`, excerpt: String(current)},
    ...(refused ? [{source: `pids.events of cgroup ${path}`, excerpt: `max ${refused}`}] : []),
    ...(setting && setting.value === max ? [limitEvidence(setting.origin)] : []),
  ]
}

function remedies({path, max}: PidsCgroup, {kind, name}: Subject): Remediation[] {
  const unit = baseOf(path)
  const user = userOf(path)
  if (user !== null && kind !== 'container') {
    return [manual(`Raise TasksMax= of ${unit} (now ${max}), a unit of the systemd --user of UID ${user}`, 'safe')]
  }
  if (/\.(service|slice|scope)$/.test(unit) && kind !== 'container') {
    return [dropIn(`Raise TasksMax= of ${unit} (now ${max}) and reload systemd`, unit, [`TasksMax=${max * 2}`])]
  }
  if (kind === 'container') return [manual(`Raise the pids limit of ${name} (--pids-limit, now ${max})`, 'safe')]
  return [manual(`Raise pids.max of cgroup ${path} (now ${max})`, 'safe')]
}

/** Units below user@UID.service are not those of the host, though they may have their names. */
function userOf(path: string): string | null {
  return /\/user@(\d+)\.service\//.exec(path)?.[1] ?? null
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
