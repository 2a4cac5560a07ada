import type {Source} from '../sources/source.js'
import type {InputName} from '../sources/specs.js'

export interface WatchedSource extends Source {
  /** Inputs that were asked for and have not answered yet. */
  pending(): readonly InputName[]
}

/** The same source, able to say what it is waiting for. */
export function watchSource(source: Source): WatchedSource {
  const pending = new Set<InputName>()
  return {
    label: source.label,
    ...(source.mounted ? {mounted: true} : {}),
    collectedAt: source.collectedAt,
    pending: () => [...pending],
    async collect(name) {
      pending.add(name)
      try {
        return await source.collect(name)
      } finally {
        pending.delete(name)
      }
    },
  }
}
