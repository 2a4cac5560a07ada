import type {Units} from '../../facts/units.js'
import type {Boot} from '../../models/systemd/boot/boot.js'
import type {Edge} from '../../models/systemd/boot/edge.js'
import {type Draft, edgeEvidence, subjectOf} from './draft.js'
import {manual, run} from './remedies.js'
import {wording} from './wording.js'

/**
 * Units that somebody had started at boot, and of which no file is left.
 *
 * @param packaged units whose link a package made: it stays behind when that is removed and not purged.
 */
export function* danglingFindings(
  units: Units,
  boot: Boot,
  running: ReadonlySet<string>,
  packaged: ReadonlySet<string>,
): Generator<Draft> {
  for (const unit of units.units) {
    if (unit.loadState !== 'not-found' || unit.sysv || unit.unread.length > 0 || running.has(unit.name)) continue
    const links = boot
      .into(unit.name)
      .filter((edge) => isEnablement(edge) && (boot.started.has(edge.from) || boot.onDemand.has(edge.from)))
    if (links.length === 0) continue
    yield {
      rule: 'unit-file-gone',
      subject: subjectOf(unit.name),
      ...(packaged.has(unit.name) ? {severity: 'notice'} : {}),
      confidence: 'certain',
      summary: wording['unit-file-gone'].enabled(unit.name),
      why: wording['unit-file-gone'].why,
      evidence: edgeEvidence(links),
      remediation: [
        manual('Put its unit file back, for example by installing its package again'),
        run('Or remove the link, when it is not needed any more', 'rm', ...links.flatMap(({path}) => path ?? [])),
      ],
    }
  }
}

/** Vendors ship links to units that not everybody installs; what stands in /etc somebody enabled here. */
function isEnablement({how, path, lost}: Edge): boolean {
  return !lost && (how === 'wants' || how === 'requires' || how === 'upholds') && (path ?? '').startsWith('/etc/')
}
