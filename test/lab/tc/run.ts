import {type Comparison, compare} from './compare.js'
import {play, type Step} from './conductor.js'
import {generate} from './generate.js'

/** Runs sequences against the kernel and compares each. */
export async function runSequences(
  seed: number,
  first: number,
  count: number,
  onSequence: (index: number, steps: readonly Step[], comparison: Comparison) => void,
): Promise<void> {
  const sequences = Array.from({length: count}, (_, at) => generate(seed, first + at))
  await play(sequences, (at, steps) => onSequence(first + at, steps, compare(steps)))
}
