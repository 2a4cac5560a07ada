import type {UnitContext} from './unit-context.js'

interface CommentedIn {
  readonly path: string
  readonly names: readonly string[]
  readonly lines: UnitContext['prediction']['files'][number]['commented']
}

/** Environment files with comments that would set these; of each name the first. */
export function commentedIn({prediction}: UnitContext, names: readonly string[]): CommentedIn[] {
  const open = new Set(names)
  return prediction.files.flatMap(({path, commented}) => {
    const lines = commented.filter(({name}) => open.delete(name))
    return lines.length === 0 ? [] : [{path, lines, names: lines.map(({name}) => name)}]
  })
}
