import type {Tree} from '../../sources/collected.js'
import {basename} from '../systemd/file-tree.js'
import {unitNameKind} from '../systemd/unit-name.js'
import type {Unit} from '../units.js'

type Sysv = NonNullable<Unit['sysv']>

/** Since then systemd has no systemd-sysv-generator: init scripts are nothing to it. */
export const NO_SYSV_VERSION = 260

/** Init scripts and the links that start them, by the service that systemd-sysv-generator(8) would make of them. */
export function sysvScripts(scripts: Tree, links: Tree): Map<string, Sysv> {
  const starts = new Map<string, string[]>()
  for (const {path} of links.entries) {
    const script = /\/rc[2-5]\.d\/S\d\d(.+)$/.exec(path)?.[1]
    if (script === undefined) continue
    const list = starts.get(script)
    if (list) list.push(path)
    else starts.set(script, [path])
  }
  const services = new Map<string, Sysv>()
  for (const entry of scripts.entries) {
    const name = basename(entry.path)
    // Executable files only, which a README is not.
    if (
      entry.type === 'symlink' ||
      entry.type === 'absent' ||
      (entry.type === 'file' && !entry.text.startsWith('#!'))
    ) {
      continue
    }
    const service = `${name.replace(/\.sh$/, '')}.service`
    if (unitNameKind(service) === null) continue
    services.set(service, {script: entry.path, startLinks: starts.get(name) ?? []})
  }
  return services
}

/** What the generator would write at the next boot for a script without a unit of its name. */
export function generatedUnit(name: string, sysv: Sysv): Unit {
  const {script, startLinks} = sysv
  const setting = (key: string, value: string) => ({
    section: 'Service',
    key,
    value,
    path: script,
    line: 1,
    text: `${key}=${value}`,
  })
  return {
    name,
    type: 'service',
    aliases: [],
    isTemplate: false,
    template: null,
    loadState: 'loaded',
    loadError: null,
    fragmentPath: null,
    linkedTo: null,
    otherFragments: [],
    dropInPaths: [],
    assignments: [
      setting('Type', 'forking'),
      setting('RemainAfterExit', 'yes'),
      setting('ExecStart', `${script} start`),
      setting('ExecStop', `${script} stop`),
    ],
    unitFileState: 'generated',
    pulledInBy: startLinks.slice(0, 1).map((path) => ({how: 'wants', by: 'multi-user.target', path, runtime: false})),
    sysv,
    unread: [],
  }
}
