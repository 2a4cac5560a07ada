import type {Unit, Units} from '../../facts/units.js'
import type {Remediation} from '../../model/finding.js'
import type {Boot} from '../../models/systemd/boot/boot.js'
import {type Draft, installEvidence, runningEvidence, subjectOf} from './draft.js'
import {manual, startAtBoot, systemctl} from './remedies.js'
import type {Running} from './running.js'
import {wording} from './wording.js'

/** Runlevels that sysv-generator knows as multi-user.target and graphical.target. rcS.d it never looks at. */
const START_LINK = /^\/etc\/rc[2-5]\.d\/S/

/** The first systemd without systemd-sysv-generator (NEWS, version 260). */
const WITHOUT_SYSV = 260

/**
 * Init scripts that somebody wants started at boot, and that are not.
 *
 * @param leftDisabled units whose package made the start links as well and left the unit disabled; null: not known.
 */
export function* sysvFindings(
  units: Units,
  boot: Boot,
  running: ReadonlyMap<string, Running>,
  leftDisabled: ReadonlySet<string> | null,
): Generator<Draft> {
  for (const unit of units.units) {
    const links = (unit.sysv?.startLinks ?? []).filter((link) => START_LINK.test(link))
    if (!unit.sysv || links.length === 0 || boot.started.has(unit.name) || boot.onDemand.has(unit.name)) continue
    const {script} = unit.sysv
    if (unit.loadState === 'not-found' && unit.fragmentPath === null) {
      if (units.version !== null && units.version >= WITHOUT_SYSV) yield ignored(unit, script, links, units.version)
    } else if (unit.loadState === 'loaded' && ['disabled', 'indirect', 'linked'].includes(unit.unitFileState)) {
      if (leftDisabled?.has(unit.name)) continue
      const draft = shadowed(unit, script, links, boot, units, running.get(unit.name))
      yield leftDisabled ? draft : {...draft, confidence: 'possible'}
    }
  }
}

function shadowed(
  unit: Unit,
  script: string,
  links: readonly string[],
  boot: Boot,
  units: Units,
  running: Running | undefined,
): Draft {
  const words = wording['sysv-links-shadowed']
  return {
    rule: 'sysv-links-shadowed',
    subject: subjectOf(unit.name),
    confidence: 'certain',
    summary: words.summary(unit.name, script, running !== undefined),
    why: words.why,
    evidence: [
      ...(running ? [runningEvidence(running)] : []),
      linkEvidence(links),
      {source: unit.fragmentPath ?? unit.name, excerpt: `unit file; UnitFileState=${unit.unitFileState}`},
      ...installEvidence(unit).slice(0, 2),
    ],
    remediation: startAtBoot(unit, boot, units),
  }
}

function ignored(unit: Unit, script: string, links: readonly string[], version: number): Draft {
  const words = wording['sysv-links-ignored']
  return {
    rule: 'sysv-links-ignored',
    subject: subjectOf(unit.name),
    confidence: 'certain',
    summary: words.summary(unit.name, script, version),
    why: words.why,
    evidence: [linkEvidence(links), {source: script, excerpt: 'init script; no unit of that name'}],
    remediation: [
      // Of a name with other letters the Exec line would need quoting.
      /^[\w./:@+-]+$/.test(script) ? unitFor(unit.name, script) : manual(`Write a unit file for ${script}`),
      systemctl(`Enable ${unit.name}`, 'enable', unit.name),
    ],
  }
}

/** What systemd-sysv-generator used to write (generate_unit_file() of src/sysv-generator/sysv-generator.c). */
function unitFor(name: string, script: string): Remediation {
  const path = `/etc/systemd/system/${name}`
  const lines = [
    '[Service]',
    'Type=forking',
    'RemainAfterExit=yes',
    'KillMode=process',
    'GuessMainPID=no',
    `ExecStart=${script} start`,
    `ExecStop=${script} stop`,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]
  const patch = `--- /dev/null\n+++ ${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`
  return {title: 'Give it a unit file', kind: 'edit', path, patch, safety: 'safe', persistent: true}
}

function linkEvidence(links: readonly string[]): {source: string; excerpt: string} {
  const [first = ''] = links
  return {source: first, excerpt: links.length === 1 ? 'start link' : `start link, one of ${links.length}`}
}
