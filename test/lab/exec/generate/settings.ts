import type {Random} from '../../forks/random.js'
import {assignment, names} from './words.js'

const files = ['a', 'b', 'c.conf', 'd.conf', '*', '*.conf', '[ab]', '?', 'link', 'folder', 'nothing', 'link/a', '[!a]*']

/** A line that decides about the environment of a unit. */
export function setting(random: Random, stem: string, section: 'Service' | 'Socket' = 'Service'): string {
  const kind = random.between(1, 40)
  if (kind <= 15) {
    const words = Array.from({length: random.between(1, 4)}, () => assignment(random))
    if (random.chance(0.02)) words.push(random.pick(['"A=open', 'A=\\q', 'B=%z', 'A=%']))
    return `Environment=${words.join(' ')}`
  }
  if (kind <= 26) return `EnvironmentFile=${file(random, stem)}`
  if (kind <= 29)
    return `PassEnvironment=${list(random, ['NDPASS', 'NDPASS2', 'NDPASS3', 'NDMANAGER', 'NDNOPE', 'container', '1X'])}`
  if (kind <= 32)
    return `UnsetEnvironment=${list(random, [...names, 'A=x', 'B=1', '"A=a b"', 'LANG', 'NDTYPE', '1X', 'A-B'])}`
  if (kind === 33) return random.pick(['Environment=', 'EnvironmentFile=', 'PassEnvironment=', 'UnsetEnvironment='])
  if (kind <= 35) return `User=${random.pick(['daemon', 'root', '', 'nobody', '1', 'ndshell', '0'])}`
  if (kind === 36)
    return random.pick([
      'RuntimeDirectory=',
      'RuntimeDirectory=ndr ndr/x',
      `RuntimeDirectory=${stem}`,
      'StateDirectory=ndr',
      'CacheDirectory=%p',
      'LogsDirectory=ndr ndr2',
    ])
  if (kind === 37)
    return random.pick([
      'ExecSearchPath=/nd',
      'ExecSearchPath=/nd/search:/nd',
      'ExecSearchPath=',
      'SetLoginEnvironment=yes',
      'SetLoginEnvironment=no',
    ])
  if (kind === 38)
    return random.pick([
      'StandardOutput=null',
      'StandardOutput=journal',
      'StandardError=null',
      'StandardError=journal',
      'StandardOutput=inherit',
    ])
  if (section === 'Socket') return 'Backlog=5'
  if (kind === 39)
    return random.pick([
      'NotifyAccess=all',
      'NotifyAccess=main',
      'NotifyAccess=exec',
      'WatchdogSec=1h',
      'FileDescriptorStoreMax=3',
    ])
  return random.pick(['TTYPath=/dev/console', 'IgnoreSIGPIPE=no'])
}

function file(random: Random, stem: string): string {
  const kind = random.between(1, 30)
  const folder = `/etc/nd/${stem}`
  // A mandatory file that is missing stops everything: most are optional, as in the real world.
  const minus = random.chance(0.85) ? '-' : ''
  if (kind === 1) return `"${minus}${folder}/a"`
  if (kind === 2) return `${folder.slice(1)}/a`
  if (kind === 3) return `-${folder}/%${random.pick(['i', 'j', 'j'])}`
  if (kind === 4) return `-${folder}/a ${folder}/b`
  if (kind === 5) return `${minus}/etc//nd/./${stem}/a`
  if (kind === 6) return `-${folder}/../${stem}/b`
  if (kind === 7) return `-/etc/nd/ndr-shared-*/*`
  return `${minus}${folder}/${random.pick(files)}`
}

function list(random: Random, from: readonly string[]): string {
  return Array.from({length: random.between(1, 3)}, () => random.pick(from)).join(' ')
}
