import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import type {SystemdManagerRecord} from '../../sources/records.js'
import type {ManagerUnit, Units} from '../units.js'

export interface ManagerAnswer {
  readonly manager: Units['manager']
  readonly version: number | null
  readonly gaps: readonly Missing[]
}

/** What PID 1 said of its units (systemctl-show(1)). Without a systemd as PID 1 there is nothing to say. */
export function managerAnswer(input: Raw | Missing): ManagerAnswer {
  if (input.status === 'missing') {
    return {manager: null, version: null, gaps: input.reason === 'absent' ? [] : [input]}
  }
  const record = parseRecord(input.text)
  if (!record) {
    return {
      manager: null,
      version: null,
      gaps: [missing('systemd-manager', 'invalid', 'not what systemctl was asked for')],
    }
  }
  const units = record.units.map(managerUnit)
  const byName = new Map<string, ManagerUnit>()
  for (const unit of units) for (const name of [...unit.names, unit.id]) byName.set(name, unit)
  const version = Number.parseInt(record.version, 10)
  return {
    manager: {units, byName, environment: record.environment},
    version: Number.isNaN(version) ? null : version,
    gaps: input.gaps ?? [],
  }
}

function managerUnit(properties: Readonly<Record<string, string>>): ManagerUnit {
  const value = (name: string) => properties[name] ?? ''
  return {
    id: value('Id'),
    names: value('Names')
      .split(' ')
      .filter((name) => name !== ''),
    loadState: value('LoadState'),
    activeState: value('ActiveState'),
    subState: value('SubState'),
    unitFileState: value('UnitFileState'),
    needDaemonReload: value('NeedDaemonReload') === 'yes',
    fragmentPath: value('FragmentPath'),
    sourcePath: value('SourcePath'),
    result: value('Result'),
    properties,
  }
}

function parseRecord(text: string): SystemdManagerRecord | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const {version, units, environment} = value as Readonly<Record<string, unknown>>
  if (typeof version !== 'string' || !Array.isArray(units) || !units.every(isStrings)) return null
  return {version, units, environment: isStrings(environment) ? environment : null}
}

function isStrings(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
}
