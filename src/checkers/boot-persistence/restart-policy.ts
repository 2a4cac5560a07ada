import type {EngineContainer, EngineContainers} from '../../facts/engine-containers.js'
import type {Units} from '../../facts/units.js'
import type {Evidence, Remediation} from '../../model/finding.js'
import type {Draft} from './draft.js'
import {manual, run} from './remedies.js'
import {wording} from './wording.js'

const words = wording['restart-policy-missing']

/** Containers that run without a restart policy although others like them have one. */
export function* restartPolicyFindings({containers}: EngineContainers, units: Units): Generator<Draft> {
  const startedByUnits = wordsOfUnits(units)
  for (const container of containers) {
    const {name, engine, pid, upkeep} = container
    if (isKept(container) || pid === 0 || isSeenTo(container) || startedByUnits.has(name)) continue
    if (engine.product === 'unknown') continue
    const others = containers.filter((other) => other.engine === engine && !isSeenTo(other))
    const beside = others.filter(isKept)
    const kin = beside.find((other) => isKin(container, other))
    // Somebody may sit at it, or most are not meant to stay: then this one says nothing.
    if (!kin && (2 * beside.length < others.length || upkeep?.interactive !== false)) continue
    const common = {
      rule: 'restart-policy-missing',
      subject: {kind: 'container', name},
      why: words.why[engine.product],
      evidence: [policyEvidence(container), ...(kin ? [kin] : beside.slice(0, 2)).map(policyEvidence)],
      remediation: [setPolicy(container)],
    } as const
    yield kin
      ? {
          ...common,
          confidence: upkeep ? 'likely' : 'possible',
          summary: words.kin(name, `${kin.name}, its sibling,`, `“${kin.restartPolicy}”`),
        }
      : {...common, severity: 'notice', confidence: 'possible', summary: words.host(name, beside.length)}
  }
}

/** on-failure starts a container again when the shutdown made it fail, which it mostly does. */
function isKept({restartPolicy}: EngineContainer): boolean {
  return restartPolicy === 'always' || restartPolicy === 'unless-stopped' || restartPolicy === 'on-failure'
}

/** Meant to end, or started by somebody else than the engine. */
function isSeenTo({upkeep, name}: EngineContainer): boolean {
  return upkeep?.oneOff === true || (upkeep?.managedBy ?? null) !== null || name.startsWith('k8s_')
}

/** All words of Exec lines that call docker or podman: names of containers that units start are among them. */
function wordsOfUnits({units}: Units): Set<string> {
  const words = new Set<string>()
  for (const {assignments} of units) {
    for (const {key, value} of assignments) {
      if (!key.startsWith('Exec') || !/\b(docker|podman|nerdctl)\b/.test(value)) continue
      for (const word of value.split(/[\s=:'"]+/)) words.add(word)
    }
  }
  return words
}

/** Of one compose project, or of one image whatever its tag. */
function isKin(one: EngineContainer, other: EngineContainer): boolean {
  const project = one.upkeep?.composeProject ?? null
  if (project !== null && project === other.upkeep?.composeProject) return true
  return repositoryOf(one.image) === repositoryOf(other.image)
}

function repositoryOf(image: string): string {
  const [named = image] = image.split('@')
  const colon = named.lastIndexOf(':')
  return colon > named.lastIndexOf('/') && !image.startsWith('sha256:') ? named.slice(0, colon) : named
}

function policyEvidence({name, engine, restartPolicy, image, upkeep}: EngineContainer): Evidence {
  const project = upkeep?.composeProject
  const excerpt = `RestartPolicy=${restartPolicy || 'no'} (${image}${project ? `, project ${project}` : ''})`
  return {source: `${engine.endpoint}: container ${name}`, excerpt}
}

function setPolicy({name, engine: {product, version, endpoint}}: EngineContainer): Remediation {
  if (product === 'docker') {
    const host = /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(endpoint) ? [] : ['--host', endpoint]
    return run(`Give ${name} a restart policy`, 'docker', ...host, 'update', '--restart', 'unless-stopped', name)
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 5 || (major === 5 && minor >= 1)) {
    const url = endpoint === 'unix:///run/podman/podman.sock' ? [] : ['--url', endpoint]
    return run(`Give ${name} a restart policy`, 'podman', ...url, 'update', '--restart', 'always', name)
  }
  return manual(`Re-create ${name} with podman run --restart always: podman ${version} cannot change it (5.1 can)`)
}
