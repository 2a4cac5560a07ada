import type {Unit, Units} from '../../facts/units.js'
import type {Boot} from '../../models/systemd/boot/boot.js'
import type {Edge} from '../../models/systemd/boot/edge.js'
import {refusalOf} from '../../models/systemd/boot/refusal.js'
import {wordsOf} from '../../models/systemd/boot/setting.js'
import {type Draft, edgeEvidence, installEvidence, runningEvidence, subjectOf} from './draft.js'
import {manual, run, startAtBoot, systemctl} from './remedies.js'
import type {Running} from './running.js'
import {wording} from './wording.js'

/** Words of is-enabled that say that nothing was done to have it started at boot; `static` ones are for others to start. */
const notEnabled = new Set(['disabled', 'linked', 'indirect', 'enabled', 'enabled-runtime', 'masked-runtime'])

/** Why a unit that runs will not start at boot; null: it will, or nobody expects it to. */
export function judgeRunning(running: Running, boot: Boot, units: Units): Draft | null {
  const {name, unit} = running
  if (boot.started.has(name) || boot.onDemand.has(name)) return null
  const base = {subject: subjectOf(name), confidence: 'certain'} as const
  if (unit === null) return goneWhileRunning(running, [])
  const into = boot.into(name)
  switch (boot.found(name)) {
    case 'gone':
      return unit.loadState === 'not-found' ? goneWhileRunning(running, into) : inRun(running, unit, boot, units)
    case 'masked':
      return {
        ...base,
        rule: 'unit-masked',
        summary: wording['unit-masked'].summary(name),
        why: wording['unit-masked'].why,
        evidence: [
          runningEvidence(running),
          {source: unit.fragmentPath ?? name, excerpt: 'link to /dev/null, or empty'},
        ],
        remediation: [
          systemctl(`Unmask ${name}`, 'unmask', name),
          ...(into.some(({lost, kind, from}) => !lost && kind !== 'trigger' && boot.started.has(from))
            ? []
            : [systemctl(`Have it started at boot, unless something else starts it`, 'enable', name)]),
        ],
      }
    case 'refused': {
      const error = refusalOf(unit, units) ?? 'systemd refuses its file'
      return {
        ...base,
        rule: 'unit-refused',
        confidence: 'likely',
        summary: wording['unit-refused'].summary(name, error),
        why: wording['unit-refused'].why,
        evidence: [runningEvidence(running), {source: unit.fragmentPath ?? name, excerpt: error}],
        remediation: [manual(`Correct ${unit.fragmentPath ?? name} (systemd-analyze verify ${name} names the line)`)],
      }
    }
    case 'there':
      return notEnabled.has(unit.unitFileState) ? notPulledIn(running, unit, into, boot, units) : null
  }
}

function notPulledIn(running: Running, unit: Unit, into: readonly Edge[], boot: Boot, units: Units): Draft {
  const {name} = running
  const base = {subject: subjectOf(name), confidence: 'certain'} as const
  const missing = boot.lacks(name)
  if (missing !== null && into.some(({lost, kind, from}) => !lost && kind !== 'trigger' && boot.started.has(from))) {
    const words = wording['requirement-missing']
    return {
      ...base,
      rule: 'requirement-missing',
      summary: words.summary(name, missing, words.how[boot.found(missing)]),
      why: words.why,
      evidence: [runningEvidence(running), ...edgeEvidence(boot.into(missing).filter(({kind}) => kind === 'hard'))],
      remediation: [
        boot.found(missing) === 'masked'
          ? systemctl(`Unmask ${missing}`, 'unmask', missing)
          : manual(`Have ${missing} again, or require it no more (Wants= instead of Requires=)`),
      ],
    }
  }
  const lost = into.filter((edge) => edge.lost && edge.kind !== 'trigger' && boot.started.has(edge.from))
  if (lost.length > 0) {
    return {
      ...base,
      rule: 'start-enabled-until-reboot',
      summary: wording['start-enabled-until-reboot'].summary(name),
      why: wording['start-enabled-until-reboot'].why,
      evidence: [runningEvidence(running), ...edgeEvidence(lost)],
      remediation: startAtBoot(unit, boot, units),
    }
  }
  const links = into.filter(({lost, how}) => !lost && (how === 'wants' || how === 'requires' || how === 'upholds'))
  // The folder of a unit that is not there itself pulls nothing in; is-enabled looks for the link alone.
  const by = links.length > 0 ? links.map(({from}) => from) : unit.unitFileState === 'enabled' ? installedFor(unit) : []
  if (by.length > 0) {
    const starved = links.find(({from}) => boot.started.has(from) || boot.lacks(from) !== null)
    const lacks = starved && boot.lacks(starved.from)
    const words = wording['target-not-started']
    return {
      ...base,
      rule: 'target-not-started',
      summary: words.summary(name, [...new Set(by)].slice(0, 3)),
      why: starved && lacks ? words.whyLacks(starved.from, lacks) : words.why(boot.target),
      evidence: [runningEvidence(running), ...edgeEvidence(links), ...(links.length > 0 ? [] : installEvidence(unit))],
      remediation: startAtBoot(unit, boot, units),
    }
  }
  const words = wording['start-not-enabled']
  const linked = unit.unitFileState === 'linked'
  return {
    ...base,
    rule: 'start-not-enabled',
    summary: words.summary(name, stateWord(unit)),
    why: linked ? words.whyLinked : words.why,
    evidence: [runningEvidence(running), ...installEvidence(unit)],
    remediation: startAtBoot(unit, boot, units),
  }
}

function installedFor(unit: Unit): string[] {
  return [...wordsOf(unit, 'Install', 'WantedBy', 'RequiredBy', 'UpheldBy')].map(({word}) => word)
}

function stateWord({unitFileState}: Unit): string {
  if (unitFileState === 'linked') return 'linked but not enabled'
  return unitFileState === 'indirect' ? 'not enabled' : 'disabled'
}

function inRun(running: Running, unit: Unit, boot: Boot, units: Units): Draft {
  const {name} = running
  // Until version 250 the path of a linked unit is where the link leads to.
  const [link = ''] = unit.otherFragments
  const shown = unit.fragmentPath ?? ''
  const linkedTo = unit.linkedTo ?? (shown.startsWith('/run/') ? null : shown)
  const path = shown.startsWith('/run/') ? shown : link
  const persistent = `/etc/systemd/system/${unit.template ?? name}`
  return {
    rule: 'unit-file-in-run',
    subject: subjectOf(name),
    confidence: 'likely',
    summary: wording['unit-file-in-run'].summary(name),
    why: wording['unit-file-in-run'].why,
    evidence: [
      runningEvidence(running),
      {source: path, excerpt: linkedTo === null ? 'unit file' : `link to ${linkedTo}`},
    ],
    remediation:
      linkedTo === null
        ? [run(`Keep the file`, 'cp', '--', path, persistent), ...startAtBoot(unit, boot, units)]
        : [systemctl(`Link the file for good`, 'link', linkedTo), ...startAtBoot(unit, boot, units)],
  }
}

function goneWhileRunning(running: Running, into: readonly Edge[]): Draft {
  const {name, state} = running
  const words = wording['unit-file-gone']
  const links = into.filter(({lost, how}) => !lost && (how === 'wants' || how === 'requires' || how === 'upholds'))
  const enabled = links.length > 0
  return {
    rule: 'unit-file-gone',
    subject: subjectOf(name),
    severity: enabled ? 'error' : 'warning',
    confidence: 'certain',
    summary: enabled ? words.runs(name) : words.runsOnly(name),
    why: words.whyRuns,
    evidence: [
      runningEvidence(running),
      ...(state.fragmentPath === '' ? [] : [{source: state.fragmentPath, excerpt: 'no such file'}]),
      ...edgeEvidence(links),
    ],
    remediation: [
      manual(`Put ${state.fragmentPath || 'the unit file'} back, for example by installing its package again`),
      {
        ...systemctl(`Stop ${name} if it is not needed any more`, 'stop', name),
        safety: 'disruptive',
        persistent: enabled === false,
      },
    ],
  }
}
