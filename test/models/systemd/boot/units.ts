import {parseUnitFile} from '../../../../src/facts/systemd/unit-file.js'
import {templateOf} from '../../../../src/facts/systemd/unit-name.js'
import type {PulledInBy, Unit, Units, UnitType} from '../../../../src/facts/units.js'

export interface Given extends Partial<Unit> {
  /** Text of the unit file. */
  readonly text?: string
  /** Links to it: `/etc/systemd/system/multi-user.target.wants/x.service`. */
  readonly links?: readonly string[]
}

/** Units as the fact would hand them, from a few words. */
export function unitsOf(given: Readonly<Record<string, Given>>, more: Partial<Units> = {}): Units {
  const units = Object.entries(given).map(([name, one]) => unit(name, one))
  const byName = new Map(units.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)))
  return {
    version: 252,
    units,
    byName,
    load: (name) => byName.get(name) ?? null,
    managerAssignments: [],
    specifiers: {},
    manager: null,
    ...more,
  } as Units
}

function unit(name: string, {text = '', links = [], ...given}: Given): Unit {
  const whole =
    name.endsWith('.service') && !text.includes('ExecStart=') ? `${text}[Service]\nExecStart=/bin/x\n` : text
  const fragmentPath = given.fragmentPath === undefined ? `/etc/systemd/system/${name}` : given.fragmentPath
  return {
    name,
    type: name.slice(name.lastIndexOf('.') + 1) as UnitType,
    aliases: [],
    isTemplate: name.includes('@.'),
    template: templateOf(name),
    loadState: 'loaded',
    loadError: null,
    linkedTo: null,
    dropInPaths: [],
    assignments: parseUnitFile(fragmentPath ?? '', whole).assignments,
    unitFileState: 'disabled',
    sysv: null,
    unread: [],
    otherFragments: [],
    ...given,
    fragmentPath,
    pulledInBy: [...(given.pulledInBy ?? []), ...links.map(linkOf)],
  } as Unit
}

/** What a link in a .wants folder says. */
function linkOf(path: string): PulledInBy {
  const [, by = '', how = ''] = /([^/]+)\.(wants|requires|upholds)\/[^/]+$/.exec(path) ?? []
  return {how: how as PulledInBy['how'], by, path, runtime: path.startsWith('/run/')}
}

export function setting(by: string, path = `/etc/systemd/system/${by}`): PulledInBy {
  return {how: 'setting', by, path, runtime: false}
}
