import type {Random} from '../../forks/random.js'
import {NETWORKS} from './addresses.js'
import type {LabDevice} from './devices.js'

/** `ip addrlabel`: entries of few labels, so that they meet, some of a device. */
export function labelCommands(random: Random, devices: readonly LabDevice[]): readonly string[] {
  if (random.chance(0.6)) return random.chance(0.05) ? ['addrlabel flush'] : []
  const commands: string[] = []
  if (random.chance(0.1)) commands.push(`addrlabel del prefix ${random.pick(['fc00::/7', '2002::/16', '::/0'])}`)
  for (let number = random.between(1, 5); number > 0; number--) {
    const dev = random.chance(0.3) ? ` dev ${random.pick(devices).name}` : ''
    const prefix = `${random.pick(NETWORKS)}::/${random.pick([7, 16, 32, 48, 62, 64])}`
    commands.push(`addrlabel add prefix ${prefix}${dev} label ${random.pick([1, 5, 77, 78])}`)
  }
  return commands
}
