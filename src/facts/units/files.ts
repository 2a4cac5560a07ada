import type {Missing} from '../../model/missing.js'
import type {Tree} from '../../sources/collected.js'
import {defineFact, known, unknown} from '../define.js'
import {FileTree} from '../systemd/file-tree.js'
import {installedVersion} from '../systemd/installed-version.js'
import {loadPathOf} from '../systemd/load-path.js'
import {UnitLoader, unreadFolders} from './loader.js'

const none: Tree = {status: 'tree', origin: '', entries: []}

/** The unit files of a host and how systemd loads them: no PID 1, no other service's files needed. */
export const unitFilesFact = defineFact({
  name: 'unitFiles',
  inputs: ['systemd-units', 'linked-units', 'systemd-library'],
  derive(inputs) {
    const units = inputs['systemd-units']
    if (units.status === 'missing' && units.reason !== 'absent') return unknown(units)
    // A host without any unit folder has no units.
    const files = units.status === 'tree' ? units : none
    const version = installedVersion(inputs['systemd-library'])
    const loadPath = loadPathOf(files, version)
    const linked = inputs['linked-units']
    const tree = new FileTree(files, 'systemd-units', {
      named: linked.status === 'tree' ? linked : undefined,
      covers: (path) => loadPath.covers(path),
      canonical: (path) => loadPath.canonical(path),
      resolved: (path) => loadPath.resolved(path),
    })
    const gaps: Missing[] = unreadFolders(tree, loadPath)
    return known(new UnitLoader(tree, loadPath, version), gaps)
  },
})
