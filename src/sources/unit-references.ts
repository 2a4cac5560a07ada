import type {Tree} from './collected.js'

/**
 * Which files the text of units may ask for. It names more than systemd would open: a specifier (`%i`) becomes `*`,
 * masked units and overridden settings count as well. What the units mean is the business of facts; this only
 * decides what is looked at, and what has not been looked at is never taken for absent.
 */
export function environmentFilesOf(_trees: readonly Tree[]): readonly string[] {
  return []
}

/** Programs that Exec lines start, as absolute paths. Names without a slash are tried in the fixed search path. */
export function programsOf(_trees: readonly Tree[]): readonly string[] {
  return []
}

/** Targets of links that lead out of the load path. */
export function linkedUnitFilesOf(_trees: readonly Tree[]): readonly string[] {
  return []
}
