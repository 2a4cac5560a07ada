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
  const half = Math.ceil(sequences.length / 2)
  // Much of the time goes by in waiting for devices to go.
  await Promise.all(
    [0, half].map((from) =>
      play(sequences.slice(from, from === 0 ? half : undefined), from === 0 ? 'a' : 'b', (at, steps) =>
        onSequence(first + from + at, steps, compare(steps)),
      ),
    ),
  )
}
