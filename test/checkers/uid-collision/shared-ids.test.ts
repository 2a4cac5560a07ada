import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {sharingOf} from '../../../src/checkers/uid-collision/shared-ids.js'
import {missing} from '../../../src/model/missing.js'
import {account, container, containers, hostAccounts, process, table} from '../../support/facts.js'
import {holdsForAll} from '../../support/property.js'

const avahi = account('avahi', 105)
const none = hostAccounts([])

function sharing(given: Partial<Parameters<typeof container>[0]>, uid: number, accounts = hostAccounts([avahi])) {
  const inside = process({pid: 10, realUid: uid})
  const found = sharingOf(containers(container({name: 'es', processes: [inside], ...given})), table([inside]), accounts)
  return found[0]?.ids ?? []
}

describe('shared IDs', () => {
  it('compares kernel UIDs, and names only to show them', () => {
    const accounts = [account('elasticsearch', 105)]
    expect(sharing({accounts}, 105)).toMatchObject([
      {kuid: 105, insideName: 'elasticsearch', accounts: [{name: 'avahi'}]},
    ])
    expect(sharing({accounts: [account('avahi', 300)]}, 300)).toEqual([])
  })

  it('takes the name of the inside number, which the map gives', () => {
    const uidMap = [{inside: 0, outside: 100, count: 50}]
    const given = {uidMap, usernsOfItsOwn: true, userns: '4026532100', creatorUid: 0}
    expect(sharing({...given, accounts: [account('five', 5), account('other', 105)]}, 105)).toMatchObject([
      {kuid: 105, insideName: 'five'},
    ])
  })

  it('stands without the passwd file of the container', () => {
    expect(sharing({accounts: missing('container-accounts', 'denied', 'd')}, 105)).toMatchObject([
      {kuid: 105, insideName: null},
    ])
  })

  it.each([
    ['root', 0],
    ['the overflow ID', 65534],
  ])('leaves out %s', (_, uid) => {
    expect(sharing({}, uid, hostAccounts([account('root', 0), account('nobody', 65534)]))).toEqual([])
  })

  it('leaves out who made the namespace, and IDs mapped one by one', () => {
    const rose = hostAccounts([account('rose', 1000)])
    const own = {usernsOfItsOwn: true, userns: '4026532100'}
    const range = [{inside: 0, outside: 500, count: 1000}]
    expect(sharing({...own, creatorUid: 1000, uidMap: range}, 1000, rose)).toEqual([])
    expect(sharing({...own, creatorUid: 0, uidMap: [{inside: 5, outside: 1000, count: 1}]}, 1000, rose)).toEqual([])
    expect(sharing({...own, creatorUid: 0, uidMap: range}, 1000, rose)).toHaveLength(1)
    expect(sharing({...own, creatorUid: 0, uidMap: [{inside: 5, outside: 1000, count: 2}]}, 1000, rose)).toHaveLength(1)
  })

  it('sees a UID without an account by a process of the host, not by one of another container', () => {
    const inside = process({pid: 10, realUid: 61184})
    const beside = process({pid: 20, realUid: 61184})
    const es = container({name: 'es', processes: [inside]})
    const both = table([inside, beside])
    expect(sharingOf(containers(es), both, none)[0]?.ids).toMatchObject([{kuid: 61184, accounts: []}])
    const web = container({name: 'web', processes: [beside]})
    expect(sharingOf(containers(es, web), both, none).flatMap(({ids}) => ids)).toEqual([])
  })

  it('counts a process by its effective UID and by the UIDs of its threads too', () => {
    const accounts = hostAccounts([avahi, account('mail', 106)])
    const inside = process({
      pid: 10,
      realUid: 0,
      effectiveUid: 105,
      tasksByUid: new Map([
        [0, 1],
        [106, 2],
      ]),
    })
    const [found] = sharingOf(containers(container({name: 'es', processes: [inside]})), table([inside]), accounts)
    expect(found?.ids.map(({kuid}) => kuid)).toEqual([105, 106])
  })

  it('is undecided only about regular users, where a directory service has accounts', () => {
    const inside = [process({pid: 10, realUid: 105}), process({pid: 11, realUid: 20105})]
    const of = (otherServices: string[]) =>
      sharingOf(containers(container({name: 'es', processes: inside})), table(inside), {...none, otherServices})[0]
        ?.undecided
    expect(of(['sss'])).toEqual([20105])
    expect(of(['systemd', 'mymachines'])).toEqual([])
  })

  it('shares exactly the UIDs that processes inside have and the host knows', () => {
    const uid = fc.integer({min: 1, max: 12})
    holdsForAll(
      fc.property(fc.array(uid), fc.array(uid), fc.array(uid), fc.array(uid), (inside, other, beside, known) => {
        let pid = 1
        const made = (uids: number[]) => uids.map((realUid) => process({pid: pid++, realUid}))
        const [a, b, host] = [made(inside), made(other), made(beside)]
        const all = table([...a, ...b, ...host])
        const accounts = hostAccounts([...new Set(known)].map((one) => account(`u${one}`, one)))
        const [found] = sharingOf(
          containers(container({name: 'a', processes: a}), container({name: 'b', processes: b})),
          all,
          accounts,
        )
        const expected = [...new Set(inside)].filter((one) => known.includes(one) || beside.includes(one))
        expect(found?.ids.map(({kuid}) => kuid)).toEqual(expected.sort((x, y) => x - y))
      }),
    )
  })
})
