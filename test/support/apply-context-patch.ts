/** Applies a unified diff of one file. Throws where a line is not as the patch says. */
export function applyContextPatch(text: string, patch: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const result: string[] = []
  let at = 0
  for (const line of patch.split('\n').slice(2, -1)) {
    const hunk = /^@@ -(\d+)/.exec(line)?.[1]
    if (hunk !== undefined) {
      const start = Number(hunk) - 1
      result.push(...lines.slice(at, start))
      at = start
    } else if (line.startsWith('+')) result.push(`${line.slice(1)}\n`)
    else if (!line.startsWith('\\')) {
      if (lines[at]?.replace(/\n$/, '') !== line.slice(1)) throw new Error(`line ${at + 1} is not ${line}`)
      if (line.startsWith(' ')) result.push(lines[at] ?? '')
      at += 1
    }
  }
  return [...result, ...lines.slice(at)].join('')
}
