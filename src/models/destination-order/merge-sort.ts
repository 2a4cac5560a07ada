/**
 * qsort_r() of glibc, which is a merge sort (msort_with_tmp()). It matters which one: rule 9 compares within a family
 * only, so that three destinations can each come before the next in a circle, and the algorithm decides.
 *
 * Neighbours in the result have been compared with each other.
 */
export function mergeSort<T>(items: readonly T[], isBefore: (first: T, second: T) => boolean): readonly T[] {
  if (items.length < 2) return items
  const half = items.length >> 1
  const left = mergeSort(items.slice(0, half), isBefore)
  const right = mergeSort(items.slice(half), isBefore)
  const merged: T[] = []
  let [atLeft, atRight] = [0, 0]
  for (;;) {
    const first = left[atLeft]
    const second = right[atRight]
    if (first === undefined || second === undefined) break
    if (isBefore(first, second)) {
      merged.push(first)
      atLeft++
    } else {
      merged.push(second)
      atRight++
    }
  }
  return [...merged, ...left.slice(atLeft), ...right.slice(atRight)]
}
