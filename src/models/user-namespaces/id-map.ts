import type {IdRange} from '../../facts/user-namespaces.js'

/** A uid_map or gid_map, in any order; null where it could not be read. */
export type IdMap = readonly IdRange[]

/**
 * The kernel's answer for one ID: the number, `unmapped` where the map has none, `unknown` where
 * the map was not readable (or its outside is not known to the observer).
 */
export type MappedId = number | 'unmapped' | 'unknown'

/** (uid_t)-1: no ID. In a map read from another namespace: an outside ID that is not mapped there. */
export const INVALID_ID = 0xffff_ffff

/** What stat(2), getuid(2) and the like show for an unmapped ID: kernel.overflowuid, 65534 unless changed. */
export const OVERFLOW_ID = 65534

/** The map of the initial user namespace: every ID but (uid_t)-1 is itself. */
export const identityMap: IdMap = [{inside: 0, outside: 0, count: INVALID_ID}]

/** Kernel ID of an ID inside the namespace: map_id_down() of kernel/user_namespace.c. */
export function toKernelId(map: IdMap | null, inside: number): MappedId {
  if (map === null) return 'unknown'
  if (!isId(inside)) return 'unmapped'
  const range = map.find((range) => inside >= range.inside && inside - range.inside < range.count)
  if (range === undefined) return 'unmapped'
  return range.outside === INVALID_ID ? 'unknown' : range.outside + (inside - range.inside)
}

/** ID inside the namespace of a kernel ID: map_id_up() of kernel/user_namespace.c. */
export function toInsideId(map: IdMap | null, kernelId: number): MappedId {
  if (map === null) return 'unknown'
  if (!isId(kernelId)) return 'unmapped'
  const range = map.find(
    (range) => range.outside !== INVALID_ID && kernelId >= range.outside && kernelId - range.outside < range.count,
  )
  if (range !== undefined) return range.inside + (kernelId - range.outside)
  return map.some((range) => range.outside === INVALID_ID) ? 'unknown' : 'unmapped'
}

/** Does the map leave every ID as it is? null: not known. */
export function isIdentity(map: IdMap | null): boolean | null {
  return map === null ? null : map.every((range) => range.inside === range.outside)
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < INVALID_ID
}
