/** The candidates most like `word`, best first; empty if none is near. */
export function nearest(word: string, candidates: readonly string[], limit = 3): string[] {
  const tolerance = Math.max(2, Math.floor(word.length / 3))
  return candidates
    .map((candidate) => ({candidate, distance: distanceTo(word, candidate)}))
    .filter(({distance}) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({candidate}) => candidate)
}

/** A part of a candidate between slashes counts as much as the whole: people leave the rest out. */
function distanceTo(word: string, candidate: string): number {
  if (word.length > 2 && candidate.includes(word)) return 1
  const last = candidate.slice(candidate.lastIndexOf('/') + 1)
  return Math.min(
    editDistance(word, candidate),
    word.includes('/') ? Number.POSITIVE_INFINITY : editDistance(word, last),
  )
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitute = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitute, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
