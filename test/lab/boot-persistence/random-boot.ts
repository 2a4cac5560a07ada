import {type Random, randomOf} from '../forks/random.js'
import type {Files} from './rebootable.js'

/** Units at random, enabled, masked and pulled in in every way that outlives a reboot, and in some that do not. */
export interface RandomBoot {
  readonly files: Files
  /** What is done to the running machine before its reboot. */
  readonly commands: readonly (readonly [string, ...string[]])[]
  /** Every name that has a say. */
  readonly names: readonly string[]
}

const ETC = '/etc/systemd/system'
const VENDOR = '/usr/lib/systemd/system'

/** A service that is `active (exited)` for the rest of the boot and holds no process. */
const oneshot = '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n'

/** @param version major version of the systemd that boots them. */
export function randomBoot(seed: number, count: number, version: number): RandomBoot {
  const random = randomOf(seed)
  const files: Record<string, string> = {}
  const commands: [string, ...string[]][] = []
  const names: string[] = []
  const services = Array.from({length: count}, (_, at) => `nd-${at}.service`)
  const targets = Array.from({length: Math.ceil(count / 8)}, (_, at) => `nd-${at}.target`)
  const instances = ['a', 'b', 'c', 'd'].map((name) => `nd-x@${name}.service`)
  const generated: string[] = []
  /** Units that cannot be started. Most are asked for softly: what requires them leaves much undecided. */
  const masked = new Set(services.filter(() => random.chance(0.05)))
  const broken = new Set(services.filter((_, at) => random.chance(0.03) && at !== 1))
  /** What hides them in /run hides what they pull in too: they pull in nothing. */
  const plain = new Set(services.filter((name, at) => !broken.has(name) && (at === 1 || random.chance(0.06))))
  const sound = services.filter((name) => !masked.has(name) && !broken.has(name))
  const owners = services.slice(0, 20)
  const any = () => random.pick([...services, ...services, ...instances, 'nd-gone-1.service', 'nd-gone-2.service'])

  /** Targets come after what they want: a circle of them would be broken up by deleting jobs. */
  const dependencies = (own: number | null) => {
    const lines: string[] = []
    for (let left = random.between(0, 2); left > 0; left--) {
      const key = random.pick([
        'Wants',
        'Wants',
        'Wants',
        'Requires',
        'BindsTo',
        ...(version >= 249 ? ['Upholds'] : []),
      ])
      const higher = own === null ? targets : targets.slice(own + 1)
      lines.push(
        `${key}=${random.chance(0.25) && higher.length > 0 ? random.pick(higher) : isHard(key) && random.chance(0.97) ? random.pick(sound) : any()}`,
      )
    }
    return lines
  }
  const place = (name: string, text: string) => {
    const path = `${random.pick([ETC, VENDOR, '/usr/local/lib/systemd/system'])}/${name}`
    names.push(name)
    if (masked.has(name)) {
      files[`${VENDOR}/${name}`] = text
      files[`${ETC}/${name}`] = random.pick(['-> /dev/null', ''])
    } else files[path] = text
    if (random.chance(0.08)) {
      const type = name.slice(name.lastIndexOf('.'))
      files[`${ETC}/nd-alias-${name.slice(0, -type.length)}${type}`] = `-> ${path}`
    }
    if (!plain.has(name) && random.chance(0.1))
      files[`${ETC}/${name}.d/10-${random.between(0, 3)}.conf`] = `[Unit]\nWants=${any()}\n`
  }
  const link = (name: string, wanters: readonly string[]) => {
    const by = random.pick(wanters)
    // Of what every boot needs nothing may be lacking, or the machine ends in rescue.target.
    const folders = by.startsWith('nd-')
      ? ['wants', 'wants', 'requires', ...(version >= 254 ? ['upholds'] : [])]
      : ['wants']
    const folder = `${by}.${random.pick(sound.includes(name) ? folders : ['wants'])}`
    if (random.chance(0.08)) generated.push(`mkdir -p "$1/${by}.wants" && ln -s ../${name} "$1/${by}.wants/${name}"`)
    else files[`${random.pick([ETC, ETC, ETC, VENDOR])}/${folder}/${name}`] = `-> ../${name}`
  }

  for (const [at, name] of services.entries()) {
    const unit = [
      '[Unit]',
      ...(plain.has(name) ? [] : dependencies(null)),
      ...(random.chance(0.1) ? ['DefaultDependencies=no'] : []),
    ].join('\n')
    place(
      name,
      `${unit}\n${broken.has(name) ? '[Service]\nType=simple\n' : oneshot}[Install]\nWantedBy=multi-user.target\n`,
    )
    const by = ['multi-user.target', 'graphical.target', 'nd-never.target', 'default.target', ...targets, ...owners]
    if (random.chance(0.45)) link(name, by)
    if (random.chance(0.1)) link(name, [...targets, 'nd-x@.service', 'nd-x@a.service'])
    if (random.chance(0.06)) commands.push(['systemctl', 'enable', '--runtime', '--quiet', name])
    if (plain.has(name) && at !== 1) commands.push(['systemctl', 'mask', '--runtime', '--quiet', name])
    if (random.chance(0.03)) commands.push(['systemctl', 'add-wants', '--runtime', 'multi-user.target', name])
    if (random.chance(0.1)) commands.push(['systemctl', 'start', '--no-block', name])
    if (random.chance(0.04)) trigger(random, at, files, names)
  }
  for (const [at, name] of targets.entries()) {
    place(name, `${['[Unit]', ...dependencies(at)].join('\n')}\n[Install]\nWantedBy=multi-user.target\n`)
    if (random.chance(0.4)) link(name, ['multi-user.target', 'graphical.target', ...owners])
  }
  files[`${VENDOR}/nd-x@.service`] =
    `[Unit]\nWants=nd-%i.service nd-0.service\n${oneshot}[Install]\nWantedBy=multi-user.target\n`
  for (const name of instances) {
    names.push(name)
    if (random.chance(0.5)) files[`${ETC}/multi-user.target.wants/${name}`] = `-> ${VENDOR}/nd-x@.service`
  }
  for (const name of ['nd-gone-1.service', 'nd-gone-3.service'])
    files[`${ETC}/multi-user.target.wants/${name}`] = `-> ${VENDOR}/${name}`
  sysv(random, files, names)
  files['/etc/systemd/system-generators/nd-generator'] = `#!/bin/sh\n${generated.join('\n')}\nexit 0\n`
  // A file of this boot only, and one that hides another until the reboot.
  commands.push([
    'sh',
    '-c',
    `mkdir -p /run/systemd/system; printf '${oneshot.replaceAll('\n', '\\n')}' | tee /run/systemd/system/nd-run.service >/run/systemd/system/nd-1.service`,
  ])
  commands.push(['ln', '-sf', '../nd-run.service', '/etc/systemd/system/multi-user.target.wants/nd-run.service'])
  names.push('nd-run.service')
  commands.push(['systemctl', 'daemon-reload'])
  return {files, commands, names: [...new Set(names)].sort()}
}

function isHard(key: string): boolean {
  return key === 'Requires' || key === 'BindsTo'
}

/** A socket, timer or path unit of a service of its own, which nothing triggers. */
function trigger(random: Random, at: number, files: Record<string, string>, names: string[]): void {
  const [type, lines] = random.pick([
    ['socket', '[Socket]\nListenStream=/run/nd/%p.sock\n'],
    ['timer', '[Timer]\nOnBootSec=7d\n'],
    ['path', '[Path]\nPathExists=/nd-nothing\n'],
  ])
  const stem = `nd-t${at}`
  files[`${VENDOR}/${stem}.service`] = oneshot
  files[`${VENDOR}/${stem}.${type}`] = `${lines}[Install]\nWantedBy=${type}s.target\n`
  names.push(`${stem}.service`, `${stem}.${type}`)
  if (random.chance(0.6)) files[`${ETC}/${type}s.target.wants/${stem}.${type}`] = `-> ${VENDOR}/${stem}.${type}`
}

/** Init scripts: with start links and without, shadowed by a unit and not. */
function sysv(random: Random, files: Record<string, string>, names: string[]): void {
  for (const [at, shadowed] of [false, false, true, true].entries()) {
    const name = `nd-sysv${at}`
    files[`/etc/init.d/${name}`] =
      `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start:\n# Required-Stop:\n# Default-Start: 2 3 4 5\n# Default-Stop:\n### END INIT INFO\nexit 0\n`
    if (shadowed) files[`${VENDOR}/${name}.service`] = `${oneshot}[Install]\nWantedBy=multi-user.target\n`
    if (shadowed && random.chance(0.5)) {
      files[`${ETC}/multi-user.target.wants/${name}.service`] = `-> ${VENDOR}/${name}.service`
    }
    if (random.chance(0.7)) {
      for (const level of random.pick([[2, 3, 4, 5], [3], [5], ['S'], [1]]))
        files[`/etc/rc${level}.d/S01${name}`] = `-> ../init.d/${name}`
    }
    names.push(`${name}.service`)
  }
}
