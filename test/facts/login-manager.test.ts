import {expect, it} from 'vitest'
import {loginManagerFact} from '../../src/facts/login-manager.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

const yes = '[Login]\nRemoveIPC=yes\n'
const no = '[Login]\nRemoveIPC=no\n'

it.each<[string, Record<string, string>, boolean, string]>([
  ['nothing set', {'/etc/systemd/logind.conf': '[Login]\n#RemoveIPC=no\n'}, true, 'systemd-logind'],
  ['the main file', {'/etc/systemd/logind.conf': no}, false, '/etc/systemd/logind.conf'],
  ['another section', {'/etc/systemd/logind.conf': '[Other]\nRemoveIPC=no\n'}, true, 'systemd-logind'],
  [
    'the first main file only',
    {'/usr/lib/systemd/logind.conf': no, '/etc/systemd/logind.conf': '[Login]\n'},
    true,
    'systemd-logind',
  ],
  [
    'a drop-in over the main file',
    {'/etc/systemd/logind.conf': yes, '/usr/lib/systemd/logind.conf.d/10-vendor.conf': no},
    false,
    '/usr/lib/systemd/logind.conf.d/10-vendor.conf',
  ],
  [
    'the later name over the higher folder',
    {'/etc/systemd/logind.conf.d/10-a.conf': yes, '/usr/lib/systemd/logind.conf.d/20-b.conf': no},
    false,
    '/usr/lib/systemd/logind.conf.d/20-b.conf',
  ],
  [
    'the higher folder for one name',
    {'/etc/systemd/logind.conf.d/50.conf': yes, '/usr/lib/systemd/logind.conf.d/50.conf': no},
    true,
    '/etc/systemd/logind.conf.d/50.conf',
  ],
  [
    'a vendor drop-in masked by a link to /dev/null',
    {'/etc/systemd/logind.conf.d/50.conf': '-> /dev/null', '/usr/lib/systemd/logind.conf.d/50.conf': no},
    true,
    'systemd-logind',
  ],
  [
    'what is no boolean is ignored, nothing included',
    {'/etc/systemd/logind.conf': '[Login]\nRemoveIPC=off\nRemoveIPC=\nRemoveIPC=maybe\n'},
    false,
    '/etc/systemd/logind.conf',
  ],
])('RemoveIPC: %s', async (_, files, value, path) => {
  const {removeIpc} = valueOfKnown(await derive(loginManagerFact, {'logind-conf': tree(files)}))
  expect({value: removeIpc.value, path: removeIpc.origin.path}).toEqual({value, path})
})

it('is not known where the files could not be read', async () => {
  expect(gapsOf(await derive(loginManagerFact, {'logind-conf': missing('logind-conf', 'denied', 'x')}))).toEqual([
    'logind-conf: denied',
  ])
  const unread = missing('logind-conf', 'denied', '/etc/systemd/logind.conf: EACCES')
  const fact = await derive(loginManagerFact, {
    'logind-conf': {
      status: 'tree',
      origin: 'test',
      entries: [{type: 'unread', path: '/etc/systemd/logind.conf', missing: unread}],
    },
  })
  expect(gapsOf(fact)).toEqual(['logind-conf: denied'])
  expect(valueOfKnown(fact).removeIpc.value).toBe(true)
})
