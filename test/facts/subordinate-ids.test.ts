import {expect, it} from 'vitest'
import {subordinateIdsFact} from '../../src/facts/subordinate-ids.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

const passwd = 'root:x:0:0::/root:/bin/sh\nweb:x:1001:1001::/:/bin/sh\n'

it('reads owners by name and by number, and passes over what is no range', async () => {
  const subuid = [
    '# web:1:1',
    'web:100000:65536',
    '1001:200000:65536',
    '  root:1000:1  ',
    'gone:300000:65536',
    'web:junk:5',
    'web:5',
    'web:400000:0',
    'web:1:2:3',
    '',
  ].join('\n')
  const {uids, gids, fromFiles} = valueOfKnown(
    await derive(subordinateIdsFact, {passwd, subuid: {status: 'raw', origin: '/etc/subuid', text: subuid}}),
  )
  expect(uids).toEqual([
    {owner: 'web', ownerUid: 1001, start: 100_000, count: 65_536, path: '/etc/subuid', line: 2},
    {owner: '1001', ownerUid: 1001, start: 200_000, count: 65_536, path: '/etc/subuid', line: 3},
    {owner: 'root', ownerUid: 0, start: 1000, count: 1, path: '/etc/subuid', line: 4},
    {owner: 'gone', ownerUid: null, start: 300_000, count: 65_536, path: '/etc/subuid', line: 5},
  ])
  expect(gids).toEqual([])
  expect(fromFiles).toBe(true)
})

it.each([
  ['subid: files\n', true],
  ['subid: sss\n', false],
  ['subid: files sss\n', true],
  ['passwd: sss\n', true],
])('with nsswitch.conf %j the files decide: %s', async (nsswitch, fromFiles) => {
  expect(valueOfKnown(await derive(subordinateIdsFact, {passwd, nsswitch})).fromFiles).toBe(fromFiles)
})

it('names a file it could not read', async () => {
  const fact = await derive(subordinateIdsFact, {passwd, subgid: missing('subgid', 'denied', 'EACCES')})
  expect(gapsOf(fact)).toEqual(['subgid: denied'])
})
