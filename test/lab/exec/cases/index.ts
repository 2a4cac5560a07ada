import type {LabFiles} from '../files.js'
import type {Batch} from '../run.js'
import {dropIns} from './drop-ins.js'
import type {EdgeCase} from './edge-case.js'
import {environment} from './environment.js'
import {environmentFiles} from './environment-files.js'
import {expansion} from './expansion.js'
import {loadPath} from './load-path.js'
import {phases} from './phases.js'
import {prefixes} from './prefixes.js'
import {syntax} from './syntax.js'
import {words} from './words.js'

export const edgeCases: readonly EdgeCase[] = [
  ...loadPath,
  ...dropIns,
  ...syntax,
  ...words,
  ...prefixes,
  ...expansion,
  ...environment,
  ...environmentFiles,
  ...phases,
]

/** All cases that can be seen with this version of systemd. */
export function edgeBatch(version: number): Batch {
  const cases = edgeCases.filter(({since = 0}) => since <= version)
  return {
    files: Object.assign({}, ...cases.map(({files}) => files)),
    units: cases.flatMap(({units}) => units),
    triggered: cases.flatMap(({triggered}) => triggered),
  }
}

/** What holds for all units of the machine. */
export const commonFiles: LabFiles = {
  '/etc/systemd/system.conf.d/50-nd.conf':
    '[Manager]\nDefaultEnvironment=NDDEFAULT=default "NDDEFAULT2=a b"\nDefaultEnvironment=NDDEFAULT3= \'NDDEFAULT4=x y\'\nManagerEnvironment=NDMANAGER=manager\n',
  '/etc/systemd/system/service.d/90-nd-type.conf': '[Service]\nEnvironment=NDTYPE=type\n',
  '/etc/systemd/system/service.d/91-nd-type.conf': '[Service]\nEnvironment=NDTYPE2=type\n',
}
