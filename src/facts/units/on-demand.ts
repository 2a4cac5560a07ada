import type {Tree} from '../../sources/collected.js'
import {filesByName} from '../systemd/drop-ins.js'
import {basename, FileTree} from '../systemd/file-tree.js'
import {isTemplate, unitNameKind} from '../systemd/unit-name.js'
import {isRuntime, type Pull} from './pulled-in.js'

/** SystemdService= of what D-Bus starts when somebody asks for its name (dbus-daemon(1)). */
export function busPulls(input: Tree): Pull[] {
  const pulls: Pull[] = []
  for (const entry of input.entries) {
    if (entry.type !== 'file') continue
    const name = /^[ \t]*SystemdService[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(entry.text)?.[1]
    const bus = /^[ \t]*Name[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(entry.text)?.[1] ?? basename(entry.path)
    if (name === undefined || unitNameKind(name) === null) continue
    pulls.push({name, by: {how: 'dbus', by: bus, path: entry.path, runtime: isRuntime(entry.path)}})
  }
  return pulls
}

/** SYSTEMD_WANTS of udev rules (systemd.device(5)): units that start when a device appears. */
export function udevPulls(input: Tree, folders: readonly string[]): Pull[] {
  const pulls: Pull[] = []
  for (const {path, text} of filesByName(new FileTree(input, 'udev-rules'), folders, {suffix: '.rules'}).files) {
    if (!text.includes('SYSTEMD_WANTS')) continue
    for (const line of text.replace(/\\\n/g, '').split('\n')) {
      if (/^\s*#/.test(line)) continue
      for (const [, value = ''] of line.matchAll(/ENV\{SYSTEMD_WANTS\}\s*[+:]?=\s*"([^"]*)"/g)) {
        for (const word of value.split(/\s+/)) {
          const name = unitOf(word)
          if (name !== null) {
            pulls.push({name, by: {how: 'udev', by: basename(path), path, runtime: isRuntime(path)}})
          }
        }
      }
    }
  }
  return pulls
}

/** Of an instance that only the device tells (`foo@$env{X}.service`) the template. */
function unitOf(word: string): string | null {
  if (unitNameKind(word) !== null) return word
  const template = /^([^@$%]+@)[^.]*[$%].*(\.[a-z]+)$/.exec(word)
  const name = template ? `${template[1]}${template[2]}` : null
  return name !== null && isTemplate(name) && unitNameKind(name) !== null ? name : null
}
