export interface LineChange {
  readonly line: number
  readonly from: string
  readonly to: string
}

/** A unified diff without context: `patch FILE` takes it. */
export function patchOf(path: string, changes: readonly LineChange[]): string {
  const hunks = [...changes]
    .sort((a, b) => a.line - b.line)
    .map(({line, from, to}) => `@@ -${line} +${line} @@\n-${from}\n+${to}\n`)
  return `--- ${path}\n+++ ${path}\n${hunks.join('')}`
}
