import {describe, expect, it} from 'vitest'
import uidCollision from '../../../src/checkers/uid-collision/index.js'
import type {Container} from '../../../src/facts/containers.js'
import {known, unknown} from '../../../src/facts/define.js'
import {missing} from '../../../src/model/missing.js'
import {account, container, containers, hostAccounts, process, table} from '../../support/facts.js'

/** What the checker yields of some containers on a host about which all else is known. */
function judge(...all: Container[]) {
  const absent = unknown(missing('test', 'absent', 'not part of this test'))
  return [
    ...uidCollision.check(
      {
        processes: table(all.flatMap(({processes}) => processes)),
        userNamespaces: new Map(),
        kernel: {release: '6.1.0', major: 6, minor: 1},
        containers: containers(...all),
        hostAccounts: hostAccounts([account('avahi', 105)]),
        services: absent,
        subordinateIds: absent,
        loginManager: absent,
        avahi: absent,
        pamLimits: absent,
        ptraceScope: known(0),
      },
      {collectedAt: '2026-01-02T03:04:05.000Z'},
    ),
  ]
}

const es = (given: object) =>
  container({name: 'es', processes: [process({pid: 10, realUid: 105, nspid: [10, 1]})], ...given})

describe('what is not known of a container', () => {
  it('is told by its name, and what its UIDs alone show is told too', () => {
    expect(judge(es({usernsOfItsOwn: null, userns: null}))).toMatchObject([
      {unknown: {input: 'processes', detail: 'user namespace of container es'}},
      {rule: 'shared-uid', subject: {name: 'es'}},
    ])
    expect(judge(es({usernsOfItsOwn: true, uidMap: null}))).toMatchObject([
      {unknown: {input: 'user-namespaces', detail: 'uid_map of container es'}},
      {rule: 'shared-uid', subject: {name: 'es'}},
    ])
  })

  it('is nothing where all is known', () => {
    expect(judge(es({}))).toMatchObject([{rule: 'shared-uid'}])
  })
})
