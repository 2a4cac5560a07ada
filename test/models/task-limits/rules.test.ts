import {expect, it} from 'vitest'
import {admissionRules} from '../../../src/models/task-limits/rules.js'

it.each([
  ['4.19.0-27-amd64', 4, 19, 'per UID'],
  ['5.13.19', 5, 13, 'per UID'],
  ['5.14.0-427.el9.x86_64', 5, 14, 'not known'],
  ['5.15.0-91-generic', 5, 15, 'not known'],
  ['5.15.26', 5, 15, 'not known'],
  ['5.15.27', 5, 15, 'per namespace'],
  ['5.15.177-1', 5, 15, 'per namespace'],
  ['5.16.12', 5, 16, 'not known'],
  ['5.16.13', 5, 16, 'per namespace'],
  ['5.17.0-rc8', 5, 17, 'per namespace'],
  ['6.18.44', 6, 18, 'per namespace'],
])('Linux %s counts: %s.%s %s', (release, major, minor, expected) => {
  const rules = admissionRules({release, major, minor})
  const kind = rules.unknown ? 'not known' : rules.perNamespace ? 'per namespace' : 'per UID'
  expect(kind).toBe(expected)
})
