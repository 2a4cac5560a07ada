import {unitNameKind} from '../../../src/facts/systemd/unit-name.js'
import {random} from '../seed/random-units.js'

/** Path -> text, or `-> target` for a link; a path that ends in `/` is an empty folder. */
export type Files = Readonly<Record<string, string>>

export interface RandomFiles {
  readonly files: Files
  /** Names of units that the files speak of, right or wrong. */
  readonly names: readonly string[]
  /** Drop-ins for all units of a type change what others have: their number is kept small. */
  readonly forTypes: number
}

/** Generators empty their folders at each reload: what shall be there is kept elsewhere, and put there by one. */
export const GENERATED = '/var/lib/netdoctor-lab'
const GENERATOR = `#!/bin/sh
for folder in normal early late; do
  [ -d ${GENERATED}/$folder ] && cp -a ${GENERATED}/$folder/. "$1/" 2>/dev/null
  shift
done
exit 0
`

const folders = [
  '/etc/systemd/system',
  '/etc/systemd/system',
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/usr/local/lib/systemd/system',
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/etc/systemd/system.attached',
  '/run/systemd/system.attached',
  `${GENERATED}/normal`,
  `${GENERATED}/early`,
  `${GENERATED}/late`,
]
const inGenerated = /^\/var\/lib\/netdoctor-lab\/(normal|early|late)/
const types = [
  'service',
  'service',
  'service',
  'service',
  'socket',
  'timer',
  'path',
  'target',
  'slice',
  'mount',
  'swap',
]
const sections: Readonly<Record<string, string>> = {
  service: '[Service]\nType=oneshot\nExecStart=/bin/true\n',
  socket: '[Socket]\nListenStream=/run/nd.socket\n',
  timer: '[Timer]\nOnBootSec=1h\n',
  path: '[Path]\nPathExists=/run/nd-never\n',
  mount: '[Mount]\nWhat=tmpfs\nWhere=/nowhere\n',
  swap: '[Swap]\nWhat=/dev/nowhere\n',
}

/**
 * Unit files of every kind in every folder of the load path, `count` families of names that refer to each other:
 * overridden, aliased, masked, linked, instantiated, enabled rightly and wrongly, with drop-ins.
 *
 * @param prefix of all names, so that several seeds fit one machine
 * @param version of systemd; before 251 a link to a file with the name of a template makes PID 1 crash
 */
export function randomFiles(seed: number, count: number, prefix: string, version = 999): RandomFiles {
  const next = random(seed)
  const int = (n: number) => Math.floor(next() * n)
  const pick = <T>(list: readonly T[]): T => list[int(list.length)] as T
  const chance = (p: number) => next() < p
  const files: Record<string, string> = {'/etc/systemd/system-generators/nd-lab': GENERATOR}
  const names = new Set<string>()
  let documents = 0
  let forTypes = 0

  const put = (path: string, text: string) => {
    if (Object.keys(sections).length > 0 && !(path in files)) files[path] = text
  }
  const document = () => `Documentation=man:nd${prefix}${documents++}(1)\n`
  const nameOf = (family: string) =>
    pick([family, family, `${family}-x`, `${family}-x-y`, `${family}@`, `${family}@i`, `${family}-x@i`])
  const unitIn = (family: string, type: string) => {
    const noInstance = type === 'slice' || type === 'mount' || type === 'swap'
    const name = `${noInstance && !chance(0.05) ? nameOf(family).replace(/@.*/, '') : nameOf(family)}.${type}`
    names.add(name)
    return name
  }
  const folder = () => pick(folders)

  const install = (name: string, family: string) => {
    const lines = ['[Install]']
    for (let i = int(3); i >= 0; i--) {
      lines.push(
        pick([
          `WantedBy=nd${prefix}want.target`,
          'WantedBy=multi-user.target',
          'RequiredBy=multi-user.target',
          `UpheldBy=nd${prefix}want.target`,
          'WantedBy=',
          `Alias=${unitIn(family, name.slice(name.lastIndexOf('.') + 1))}`,
          `Alias=${family}-other.service`,
          'Alias=',
          `Also=${unitIn(family, 'service')}`,
          'Also=%p.socket',
          'DefaultInstance=i',
          'DefaultInstance=%j',
          'DefaultInstance=no/slash',
          chance(0.2) ? 'Also=nonsense' : 'WantedBy=a b',
        ]),
      )
    }
    return `${lines.join('\n')}\n`
  }
  const text = (name: string, family: string) => {
    const type = name.slice(name.lastIndexOf('.') + 1)
    const section = chance(0.05) ? '' : (sections[type] ?? '')
    const dependencies = chance(0.3)
      ? `${pick(['Wants', 'Requires', 'BindsTo', 'Upholds'])}=${unitIn(family, 'service')} ${family}@%i.service\n`
      : ''
    const trigger = {timer: 'Unit', path: 'Unit', socket: 'Service'}[type]
    const triggers = trigger && chance(0.4) ? `${trigger}=${unitIn(family, 'service')}\n` : ''
    const accept = type === 'socket' && chance(0.3) ? 'Accept=yes\n' : ''
    const broken = chance(0.04) ? '[Broken\n' : ''
    const head = `[Unit]\nDefaultDependencies=no\n${document()}${dependencies}`
    return `${head}${section}${accept}${triggers}${chance(0.5) ? install(name, family) : ''}${broken}${chance(0.1) ? document() : ''}`
  }
  const linkTo = (target: string) => `-> ${target}`

  const addFile = (family: string, type: string) => {
    const name = unitIn(family, type)
    put(`${folder()}/${name}`, chance(0.06) ? '' : text(name, family))
  }
  const addAlias = (family: string, type: string) => {
    const name = unitIn(family, type)
    const target = chance(0.9) ? unitIn(family, type) : unitIn(family, pick(types))
    const root = folder()
    const forms = [
      target,
      `../system/${target}`,
      `/usr/lib/systemd/system/${target}`,
      `/lib/systemd/system/${target}`,
      `${pick(folders)}/${target}`,
      `/etc/systemd/system/nd.wants/${target}`,
      `/usr/../etc/./systemd/system/${target}`,
    ]
    put(`${root}/${name}`, linkTo(pick(forms).replace(inGenerated, '/run/systemd/generator')))
  }
  const addMask = (family: string, type: string) => {
    put(
      `${folder()}/${unitIn(family, type)}`,
      pick([linkTo('/dev/null'), linkTo('/dev/null'), linkTo('../../../dev/null'), '']),
    )
  }
  const addLinked = (family: string, type: string) => {
    const name = unitIn(family, type)
    const other = chance(0.8) ? name : unitIn(family, type)
    const end = version < 251 && unitNameKind(other) !== unitNameKind(name) ? name : other
    const target = `/opt/nd/${pick(['a', 'b'])}/${end}`
    const root = pick(folders.slice(0, 8))
    put(`${root}/${name}`, linkTo(chance(0.8) ? target : `../../../..${target}`))
    const kind = int(10)
    if (kind < 7) put(target, text(name, family))
    else if (kind === 7) put(target, '')
    else if (kind === 8) {
      put(target, linkTo(`${target}.real`))
      put(`${target}.real`, text(name, family))
    }
  }
  const addDropIns = (family: string, type: string) => {
    const name = unitIn(family, type)
    const stem = chance(0.7) ? name : pick([`${prefixOf(name)}-.${type}`, name.replace(/@.*\./, '@.')])
    const dropIns = `${folder()}/${stem}.d`
    let inside = dropIns
    if (chance(0.1)) {
      inside = `/opt/nd/${stem}.d`
      put(dropIns, linkTo(inside))
    }
    for (let i = int(3); i >= 0; i--) {
      const base = `${pick(['10-a', '20-b', '30-c', 'Z', 'a', '.d'])}.conf`
      const path = `${inside}/${base}`
      // The same name elsewhere: one hides the other.
      const rival = pick([stem, name, `${prefixOf(name)}-.${type}`, type])
      if (chance(0.5) && rival !== type) put(`${folder()}/${rival}.d/${base}`, `[Unit]\n${document()}`)
      const kind = int(14)
      const content = `[Unit]\n${document()}${chance(0.3) ? install(name, family) : ''}`
      if (kind < 9) put(path, content)
      else if (kind === 9) put(path, linkTo('/dev/null'))
      else if (kind === 10) put(path, '')
      else if (kind === 11) put(path, `${content}[Broken\n[Unit]\n${document()}`)
      else if (kind === 12) {
        put(path, linkTo(`/opt/nd/${family}.conf`))
        put(`/opt/nd/${family}.conf`, content)
      } else put(path, chance(0.5) || inside !== dropIns ? linkTo('/opt/nd/nothing.conf') : linkTo(`../${name}`))
    }
  }
  const addWants = (family: string, type: string) => {
    const name = unitIn(family, type)
    const target = chance(0.85) ? pick([name, name.replace(/@.*\./, '@.')]) : unitIn(family, type)
    const unit = pick([
      `nd${prefix}want.target`,
      `nd${prefix}want.target`,
      'multi-user.target',
      unitIn(family, 'target'),
    ])
    const path = `${folder()}/${unit}.${pick(['wants', 'wants', 'requires', 'upholds'])}/${name}`
    const kind = int(12)
    if (kind < 10)
      put(
        path,
        linkTo(
          `${pick(['/usr/lib/systemd/system/', '/lib/systemd/system/', '/etc/systemd/system/', '../', ''])}${target}`,
        ),
      )
    else put(path, kind === 10 ? linkTo('/dev/null') : text(name, family))
  }
  const addScript = (family: string) => {
    const name = chance(0.5) ? family : `${family}-x`
    names.add(`${name}.service`)
    const script = `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start:\n# Required-Stop:\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\nexit 0\n`
    put(`/etc/init.d/${name}${chance(0.2) ? '.sh' : ''}`, script)
    if (chance(0.6)) put(`/etc/rc${2 + int(4)}.d/S01${name}`, linkTo(`../init.d/${name}`))
  }

  put(`/etc/systemd/system/nd${prefix}want.target`, '[Unit]\nDefaultDependencies=no\n')
  names.add(`nd${prefix}want.target`)
  for (let i = 0; i < count; i++) {
    const family = `nd${prefix}f${i}`
    const type = pick(types)
    for (let j = 1 + int(3); j > 0; j--) addFile(family, type)
    for (let j = int(7); j > 0; j--)
      pick([addFile, addAlias, addAlias, addMask, addLinked, addDropIns, addDropIns, addWants, addWants])(family, type)
    if (type === 'service' && chance(0.15)) addScript(family)
  }
  if (chance(0.3)) {
    forTypes++
    put(`${folder()}/${pick(types)}.d/50-nd${prefix}.conf`, `[Unit]\n${document()}`)
  }
  return {files, names: [...names].sort(), forTypes}
}

function prefixOf(name: string): string {
  const stem = name.replace(/@.*$/, '').replace(/\.[a-z]+$/, '')
  const dash = stem.lastIndexOf('-')
  return dash > 0 ? stem.slice(0, dash) : stem
}
