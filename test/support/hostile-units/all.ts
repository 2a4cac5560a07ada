import {links} from './links.js'
import {longLines} from './long-lines.js'
import {bombs, manyLines} from './many-lines.js'
import {manyUnits} from './many-units.js'
import {odd} from './odd.js'
import type {HostileRoot} from './root.js'

export const hostileRoots: readonly HostileRoot[] = [
  ...longLines,
  ...manyLines,
  ...bombs,
  ...links,
  ...manyUnits,
  ...odd,
]
