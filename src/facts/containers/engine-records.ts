import * as v from 'valibot'
import type {EngineRecord} from '../../sources/records.js'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const EngineContainer = v.object({
  id: v.string(),
  name: v.string(),
  image: v.string(),
  pid: count,
  user: v.string(),
  privileged: v.boolean(),
  usernsMode: v.string(),
  pidMode: v.string(),
  ipcMode: v.string(),
  networkMode: v.string(),
  pidsLimit: v.nullable(v.number()),
  ulimits: v.array(v.object({name: v.string(), soft: v.number(), hard: v.number()})),
  restartPolicy: v.string(),
  upkeep: v.exactOptional(
    v.object({
      oneOff: v.boolean(),
      interactive: v.boolean(),
      composeProject: v.nullable(v.string()),
      managedBy: v.nullable(v.string()),
    }),
  ),
  mounts: v.array(
    v.object({
      type: v.string(),
      source: v.string(),
      destination: v.string(),
      rw: v.boolean(),
      uid: v.exactOptional(count),
      gid: v.exactOptional(count),
    }),
  ),
})

const Engines = v.array(
  v.object({
    endpoint: v.string(),
    answered: v.boolean(),
    reason: v.exactOptional(v.picklist(['denied', 'timeout', 'truncated', 'invalid', 'unsupported', 'absent'])),
    detail: v.exactOptional(v.string()),
    product: v.exactOptional(v.picklist(['docker', 'podman', 'unknown'])),
    version: v.exactOptional(v.string()),
    rootless: v.exactOptional(v.boolean()),
    usernsRemap: v.exactOptional(v.boolean()),
    containers: v.exactOptional(v.array(EngineContainer)),
    gaps: v.exactOptional(
      v.array(
        v.object({
          what: v.string(),
          reason: v.picklist(['denied', 'timeout', 'truncated', 'invalid', 'unsupported']),
          detail: v.string(),
        }),
      ),
    ),
  }),
)

/** The input `container-engines`; null: it is not what it should be. */
export function parseEngines(text: string): readonly EngineRecord[] | null {
  try {
    const engines = v.safeParse(Engines, JSON.parse(text))
    return engines.success ? engines.output : null
  } catch {
    return null
  }
}
