import {expect, it} from 'vitest'
import {hostAccountsFact} from '../../src/facts/accounts.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  '# a comment',
  '',
  '  avahi:x:105:111:Avahi,,,:/run/avahi-daemon:/usr/sbin/nologin',
  'es:x:105:112::/:/bin/sh',
  'short:x:7:8',
  'broken',
  'nouid:x::5::/:/bin/sh',
  'huge:x:4294967296:0::/:/bin/sh',
  'negative:x:-1:0::/:/bin/sh',
  '+::::::',
  '+nisuser:::::: ',
  '-banned::::::',
  'avahi:x:999:999:again:/:/bin/sh',
].join('\n')

it('reads passwd as glibc does: broken, comment and NIS lines are no accounts', async () => {
  const {accounts, byUid, byName} = valueOfKnown(await derive(hostAccountsFact, {passwd}))
  expect(accounts.map(({name, uid}) => `${name} ${uid}`)).toEqual([
    'root 0',
    'avahi 105',
    'es 105',
    'short 7',
    'avahi 999',
  ])
  expect(byUid.get(105)?.map(({name}) => name)).toEqual(['avahi', 'es'])
  expect(byName.get('avahi')).toEqual({
    name: 'avahi',
    uid: 105,
    gid: 111,
    home: '/run/avahi-daemon',
    shell: '/usr/sbin/nologin',
  })
  expect(byName.get('short')).toMatchObject({gid: 8, home: '', shell: ''})
})

it('reads groups with their members', async () => {
  const group = 'root:x:0:\nadm:*:4:syslog,web\nbad:x:\n+:::\nadm2:x:4:\n'
  const {groups, groupsByGid} = valueOfKnown(await derive(hostAccountsFact, {passwd, group}))
  expect(groups).toEqual([
    {name: 'root', gid: 0, members: []},
    {name: 'adm', gid: 4, members: ['syslog', 'web']},
    {name: 'adm2', gid: 4, members: []},
  ])
  expect(groupsByGid.get(4)?.map(({name}) => name)).toEqual(['adm', 'adm2'])
})

it.each([
  ['', []],
  ['passwd: files\n', []],
  ['passwd:\tfiles systemd sss # comment\ngroup: files ldap\n', ['systemd', 'sss']],
  ['passwd: files [NOTFOUND=return !UNAVAIL=continue] ldap\n', ['ldap']],
  ['passwd: compat\n', ['compat']],
  ['#passwd: nis\n passwd : files\npasswd: nis\n', []],
])('with nsswitch.conf %j other accounts may come from %j', async (nsswitch, services) => {
  expect(valueOfKnown(await derive(hostAccountsFact, {passwd, nsswitch})).otherServices).toEqual(services)
})

it('takes compat without a + or - line for the files alone', async () => {
  const fact = await derive(hostAccountsFact, {passwd: 'root:x:0:0::/:/bin/sh\n', nsswitch: 'passwd: compat\n'})
  expect(valueOfKnown(fact).otherServices).toEqual([])
})

it.each([
  ['', 999],
  ['#SYS_UID_MAX 5\n', 999],
  ['SYS_UID_MAX\t\t  499\nUID_MIN 500\n', 499],
  ['SYS_UID_MAX 1\nSYS_UID_MAX 2\nSYS_UID_MAX junk\n', 2],
])('with login.defs %j system accounts end at %d', async (loginDefs, max) => {
  expect(valueOfKnown(await derive(hostAccountsFact, {passwd, 'login-defs': loginDefs})).sysUidMax).toBe(max)
})

it('does not take a file it could not read for an empty one', async () => {
  expect(gapsOf(await derive(hostAccountsFact, {}))).toEqual([])
  const denied = missing('passwd', 'truncated', 'over 8 MiB')
  expect(await derive(hostAccountsFact, {passwd: denied})).toEqual({known: false, missing: [denied]})
  const fact = await derive(hostAccountsFact, {passwd, group: missing('group', 'denied', 'EACCES')})
  expect(gapsOf(fact)).toEqual(['group: denied'])
})
