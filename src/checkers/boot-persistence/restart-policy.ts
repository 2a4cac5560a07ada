import type {Container, Containers, Engine} from '../../facts/containers.js'
import type {Units} from '../../facts/units.js'
import type {Evidence, Remediation} from '../../model/finding.js'
import type {Draft} from './draft.js'
import {manual, run} from './remedies.js'
import {wording} from './wording.js'

const words = wording['restart-policy-missing']

/** Containers that run without a restart policy although others like them have one. */
export function* restartPolicyFindings({containers, engines}: Containers, units: Units): Generator<Draft> {
  const kept = containers.filter(isKept)
  const startedByUnits = wordsOfUnits(units)
  for (const container of containers) {
    if (container.restartPolicy !== 'no' || container.initPid === 0 || isSeenTo(container)) continue
    if (startedByUnits.has(container.name)) continue
    const beside = kept.filter(({endpoint}) => endpoint === container.endpoint)
    const engine = engines.find(({endpoint}) => endpoint === container.endpoint)
    if (!engine || engine.product === 'unknown') continue
    const kin = beside.find((other) => isKin(container, other))
    const without = containers.filter(
      (other) => other.endpoint === container.endpoint && other.restartPolicy === 'no' && !isSeenTo(other),
    )
    if (!kin && (beside.length < without.length || container.upkeep?.interactive !== false)) continue
    const common = {
      rule: 'restart-policy-missing',
      subject: {kind: 'container', name: container.name},
      why: words.why[engine.product],
      evidence: [policyEvidence(container), ...(kin ? [kin] : beside.slice(0, 2)).map(policyEvidence)],
      remediation: [setPolicy(container, engine)],
    } as const
    yield kin
      ? {
          ...common,
          confidence: container.upkeep ? 'likely' : 'possible',
          summary: words.kin(container.name, `${kin.name}, its sibling,`, `“${kin.restartPolicy}”`),
        }
      : {...common, severity: 'notice', confidence: 'possible', summary: words.host(container.name, beside.length)}
  }
}

function isKept({restartPolicy}: Container): boolean {
  return restartPolicy === 'always' || restartPolicy === 'unless-stopped' || restartPolicy === 'on-failure'
}

/** Meant to end, or started by somebody else than the engine. */
function isSeenTo({upkeep, name, runtime}: Container): boolean {
  return (
    upkeep?.oneOff === true ||
    (upkeep?.managedBy ?? null) !== null ||
    name.startsWith('k8s_') ||
    runtime === 'kubernetes'
  )
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
function isKin(one: Container, other: Container): boolean {
  const project = one.upkeep?.composeProject ?? null
  if (project !== null && project === other.upkeep?.composeProject) return true
  return one.image !== null && other.image !== null && repositoryOf(one.image) === repositoryOf(other.image)
}

function repositoryOf(image: string): string {
  const [named = image] = image.split('@')
  const colon = named.lastIndexOf(':')
  return colon > named.lastIndexOf('/') && !image.startsWith('sha256:') ? named.slice(0, colon) : named
}

function policyEvidence({name, endpoint, restartPolicy, image, upkeep}: Container): Evidence {
  const of = [image, upkeep?.composeProject ? `project ${upkeep.composeProject}` : null].filter((each) => each !== null)
  return {source: `${endpoint}: container ${name}`, excerpt: `RestartPolicy=${restartPolicy} (${of.join(', ')})`}
}

function setPolicy({name, endpoint}: Container, {product, version}: Engine): Remediation {
  if (product === 'docker') {
    const host =
      endpoint === null || /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(endpoint) ? [] : ['--host', endpoint]
    return run(`Give ${name} a restart policy`, 'docker', ...host, 'update', '--restart', 'unless-stopped', name)
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 5 || (major === 5 && minor >= 1)) {
    const url = endpoint === null || endpoint === 'unix:///run/podman/podman.sock' ? [] : ['--url', endpoint]
    return run(`Give ${name} a restart policy`, 'podman', ...url, 'update', '--restart', 'always', name)
  }
  return manual(`Re-create ${name} with podman run --restart always: podman ${version} cannot change it (5.1 can)`)
}
