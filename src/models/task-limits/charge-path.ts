import {INITIAL_USERNS, type UserNamespaces} from '../../facts/user-namespaces.js'
import type {Counter} from './counts.js'

export interface ChargeStep {
  /** The creator of `below`, in the parent of `below`. */
  readonly counter: Counter
  /** The namespace whose tasks are charged to it. */
  readonly below: string
}

export interface ChargePath {
  /** From the parent up to the initial namespace. */
  readonly steps: readonly ChargeStep[]
  /** The namespace whose parent or creator is not known; null: the path is complete. */
  readonly brokenAt: string | null
}

/**
 * The counters beside its own to which a task in a user namespace is charged: `ns->ucounts` of each
 * namespace up the chain, which create_user_ns() takes for the effective UID of the creator.
 */
export function chargePath(userns: string, namespaces: UserNamespaces): ChargePath {
  const steps: ChargeStep[] = []
  const seen = new Set<string>()
  let below = userns
  while (below !== INITIAL_USERNS) {
    const namespace = namespaces.get(below)
    // A loop cannot be in the kernel, but can be in a recorded host.
    if (seen.has(below) || !namespace || namespace.parent === null || namespace.ownerUid === null) {
      return {steps, brokenAt: below}
    }
    seen.add(below)
    steps.push({counter: {userns: namespace.parent, kuid: namespace.ownerUid}, below})
    below = namespace.parent
  }
  return {steps, brokenAt: null}
}
