import type {Edge} from '../../models/systemd/boot/edge.js'

/**
 * Which of the units are started by another one of them: enabling that one has them started too. Each circle keeps
 * one, and of a service and the socket that starts it the service stays, which wants to run without being asked.
 *
 * @returns unit -> the one it goes with; what is not in it stands for itself.
 */
export function symptomsOf(units: ReadonlySet<string>, into: (unit: string) => readonly Edge[]): Map<string, string> {
  const pulled = follow(units, (unit) => pullersOf(unit, (edge) => edge.kind !== 'trigger'))
  const left = new Set([...units].filter((unit) => !pulled.has(unit)))
  const triggered = follow(left, (unit) => pullersOf(unit, (edge) => edge.kind === 'trigger'))
  return new Map(
    [...pulled].map(([unit, cause]) => [unit, triggered.get(cause) ?? cause] as const).concat([...triggered]),
  )

  function pullersOf(unit: string, wanted: (edge: Edge) => boolean): string[] {
    return into(unit)
      .filter((edge) => !edge.lost && wanted(edge) && edge.from !== unit)
      .map(({from}) => from)
  }
}

/** Node -> the root that leads to it. Roots are those without a predecessor, and one of each circle. */
function follow(nodes: ReadonlySet<string>, predecessors: (node: string) => readonly string[]): Map<string, string> {
  const successors = new Map<string, string[]>()
  const roots: string[] = []
  const sorted = [...nodes].sort()
  for (const node of sorted) {
    const before = predecessors(node).filter((each) => nodes.has(each))
    if (before.length === 0) roots.push(node)
    for (const each of before) {
      const group = successors.get(each)
      if (group) group.push(node)
      else successors.set(each, [node])
    }
  }
  const rootOf = new Map<string, string>()
  const kept = new Set<string>()
  for (const root of [...roots, ...sorted]) {
    if (kept.has(root) || rootOf.has(root)) continue
    kept.add(root)
    const queue = [root]
    for (let at = 0; at < queue.length; at++) {
      for (const next of successors.get(queue[at] ?? '') ?? []) {
        if (kept.has(next) || rootOf.has(next)) continue
        rootOf.set(next, root)
        queue.push(next)
      }
    }
  }
  return rootOf
}
