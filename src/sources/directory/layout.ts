import type {Spec} from '../spec-types.js'

/** Below the bundle: files of the host under their own paths, the answers of commands and probes by name. */
export const ROOT_FOLDER = 'root'
export const INPUTS_FOLDER = 'inputs'
export const MANIFEST_FILE = 'manifest.json'

/** A byte that was no UTF-8 when the file was read has become U+FFFD, which takes three. */
export const REPLACEMENT_BYTES = 3

/** Path of an input's file below the bundle; null for a tree, which is many. */
export function fileOf(name: string, spec: Spec): string | null {
  switch (spec.kind) {
    case 'file':
      return `${ROOT_FOLDER}${spec.path}`
    case 'tree':
    case 'named-files':
      return null
    case 'command':
      return `${INPUTS_FOLDER}/${name}.txt`
    case 'probe':
    case 'asked':
      return `${INPUTS_FOLDER}/${name}.${spec.format === 'text' ? 'txt' : spec.format}`
  }
}

/** What a live host would have called its origin. */
export function originOf(name: string, spec: Spec): string {
  switch (spec.kind) {
    case 'file':
      return spec.path
    case 'tree':
      return spec.roots.join(':')
    case 'named-files':
      return `files that ${spec.from.join(', ')} name`
    case 'command':
      return spec.argv.join(' ')
    case 'probe':
    case 'asked':
      return name
  }
}
