import {type Random, randomOf} from '../forks/random.js'

/** A line of sh each; `$D` is the folder that everything happens in. */
export interface Situation {
  readonly seed: number
  /** Mounts of the host, before the container is made and while it runs. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Mounts of the container, in its own mount namespace. */
  readonly inside: readonly string[]
  readonly propagation: 'private' | 'slave' | 'unchanged'
  /** Root folder of the container. */
  readonly root: string
}

/** Names that mountinfo has to escape are among them. */
const names = ['a', 'b c', 'd\\e']

export function situationOf(seed: number): Situation {
  const random = randomOf(seed)
  const several = (least: number, most: number, line: () => string) =>
    Array.from({length: random.between(least, most)}, line)
  const root = folder(random, random.between(1, 2))
  return {
    seed,
    before: several(2, 12, () => operation(random)),
    inside: several(6, 24, () => operation(random, random.chance(0.9) ? root : '')),
    after: several(0, 4, () => operation(random)),
    propagation: random.pick(['private', 'slave', 'unchanged']),
    root,
  }
}

function operation(random: Random, below = ''): string {
  const from = folder(random)
  const to = `${below}${folder(random)}`
  const kind = random.between(0, 99)
  if (kind < 40) return `mount --bind "$D${from}" "$D${to}"`
  if (kind < 50) return `mount --rbind "$D${from}" "$D${to}"`
  if (kind < 60) return `mount --bind "$D${from}/file" "$D${to}/file"`
  if (kind < 75) return `mount -t tmpfs none "$D${to}" && fill "$D${to}"`
  if (kind < 85) return `umount -l "$D${to}"`
  if (kind < 88) return `mount --move "$D${from}" "$D${to}"`
  // Also what something else has mounted: that is then a mount of something deleted.
  if (kind < 96) return `rm -rf --one-file-system "$D${to}" && fill "$D${to}"`
  return `mv "$D${from}" "$D${to}/moved"`
}

function folder(random: Random, depth = random.between(0, 3)): string {
  return Array.from({length: depth}, () => `/${random.pick(names)}`).join('')
}
