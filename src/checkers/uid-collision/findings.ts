import type {Container} from '../../facts/containers.js'
import type {FindingDraft} from '../../model/finding.js'
import {gravestFirst, type Hazard} from './hazard.js'
import {groupBy, listed} from './lists.js'
import type {Rule} from './rules.js'

type Draft = FindingDraft<Rule>

/**
 * One finding for each container, named by the gravest of its hazards, the others as lines in it.
 * Replicas of one image, of which all the same is true, are one finding together.
 */
export function* findingsOf(
  hazards: ReadonlyMap<Container, readonly Hazard[]>,
  remarks: ReadonlyMap<Container, readonly Hazard[]>,
): Generator<Draft, void> {
  const sorted = [...hazards].map(([container, found]) => ({
    container,
    hazards: [...gravestFirst(found), ...(remarks.get(container) ?? [])],
  }))
  for (const alike of groupBy(sorted, likeness).values()) {
    const [one] = alike
    if (!one) continue
    if (alike.length === 1) yield draft(one.hazards, {kind: 'container', name: one.container.name})
    else
      yield together(
        one.hazards,
        alike.map(({container}) => container),
      )
  }
}

/** Equal for containers that may be told as one. */
function likeness({container, hazards}: {container: Container; hazards: readonly Hazard[]}): string {
  if (container.image === null || hazards.some(({replicas}) => !replicas)) return `container\0${container.id}`
  return [container.image, ...hazards.map(({replicas}) => replicas?.(''))].join('\0')
}

function draft(hazards: readonly Hazard[], subject: Draft['subject']): Draft {
  const [gravest, ...lines] = hazards
  if (!gravest) throw new Error('a finding without a hazard')
  const {rule, severity, confidence, summary, why, evidence, remediation} = gravest
  return {rule, subject, severity, confidence, summary, why, evidence: [...evidence, ...alsoTrue(lines)], remediation}
}

function together(hazards: readonly Hazard[], containers: readonly Container[]): Draft {
  const image = containers[0]?.image ?? ''
  const named = `${containers.length} containers of ${image}`
  const told = hazards.map((hazard) => ({...hazard, summary: hazard.replicas?.(named) ?? hazard.summary}))
  const one = draft(told, {kind: 'image', name: image})
  const names = containers.map(({name}) => name).sort()
  return {...one, evidence: [{source: 'containers', excerpt: listed(names, 8)}, ...one.evidence]}
}

function alsoTrue(lines: readonly Hazard[]): Draft['evidence'] {
  const shown = lines.slice(0, 8).map(({rule, summary}) => ({source: `also ${rule}`, excerpt: summary}))
  const rest = lines.length - shown.length
  return rest > 0 ? [...shown, {source: 'also', excerpt: `${rest} more`}] : shown
}
