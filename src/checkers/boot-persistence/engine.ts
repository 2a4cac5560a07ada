import type {EngineContainer, EngineContainers} from '../../facts/engine-containers.js'
import type {Units} from '../../facts/units.js'
import type {Boot} from '../../models/systemd/boot/boot.js'
import type {Draft} from './draft.js'
import {manual, startAtBoot} from './remedies.js'
import type {Running} from './running.js'
import {wording} from './wording.js'

const words = wording['engine-not-started']

/** Sockets of the system's own engines; one that somebody put elsewhere has a unit that we cannot name. */
const engines = [
  {product: 'docker', endpoint: /^unix:\/\/(\/var)?\/run\/docker\.sock$/, unit: 'docker.service'},
  {product: 'podman', endpoint: /^unix:\/\/(\/var)?\/run\/podman\/podman\.sock$/, unit: 'podman-restart.service'},
] as const

/** Containers with a restart policy whose engine does not come back by itself. */
export function* engineFindings(
  {engines: answered, containers}: EngineContainers,
  units: Units,
  boot: Boot,
  running: ReadonlyMap<string, Running>,
): Generator<Draft> {
  for (const {product, endpoint, unit: name} of engines) {
    const engine = answered.find((one) => one.product === product && endpoint.test(one.endpoint) && !one.rootless)
    const unit = units.byName.get(name)
    // Docker's has to be the unit that runs; podman's only works at boot.
    if (!engine || (product === 'docker' && !running.has(unit?.name ?? name))) continue
    if (boot.started.has(unit?.name ?? name)) continue
    const kept = containers.filter((one) => one.engine === engine && startsAgain(one) && !one.upkeep?.managedBy)
    const [first] = kept
    if (!first) continue
    const summary = boot.onDemand.has(unit?.name ?? name) ? words.onDemand : words[product]
    yield {
      rule: 'engine-not-started',
      subject: {kind: 'service', name},
      confidence: 'certain',
      summary: summary(name, kept.length, first.name),
      why: product === 'docker' ? words.whyDocker : words.whyPodman,
      evidence: [
        {source: unit?.fragmentPath ?? name, excerpt: unit ? `UnitFileState=${unit.unitFileState}` : 'no such unit'},
        ...kept.slice(0, 3).map((container) => ({
          source: `${engine.endpoint}: container ${container.name}`,
          excerpt: `RestartPolicy=${container.restartPolicy}`,
        })),
      ],
      remediation: unit ? startAtBoot(unit, boot, units) : [manual(`Install ${name}, which comes with ${product}`)],
    }
  }
}

function startsAgain({restartPolicy}: EngineContainer): boolean {
  return restartPolicy === 'always' || restartPolicy === 'unless-stopped'
}
