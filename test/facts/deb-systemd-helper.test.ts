import {expect, it} from 'vitest'
import {packagedUnitsFact} from '../../src/facts/deb-systemd-helper.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

const folder = '/var/lib/systemd/deb-systemd-helper-enabled'

it('tells units that a package enabled from those that it left disabled', async () => {
  const files = tree({
    [`${folder}/cron.service.dsh-also`]: '',
    [`${folder}/multi-user.target.wants/cron.service`]: '',
    [`${folder}/rsync.service.dsh-also`]: '',
  })
  const {enabled, leftDisabled} = valueOfKnown(await derive(packagedUnitsFact, {'deb-systemd-helper': files}))
  expect([...enabled]).toEqual(['cron.service'])
  expect([...leftDisabled]).toEqual(['rsync.service'])
})

it('knows that there are none without deb-systemd-helper, and nothing where it may not look', async () => {
  expect(valueOfKnown(await derive(packagedUnitsFact, {})).enabled.size).toBe(0)
  const denied = await derive(packagedUnitsFact, {
    'deb-systemd-helper': missing('deb-systemd-helper', 'denied', 'EACCES'),
  })
  expect(denied.known).toBe(false)
  expect(gapsOf(denied)).toEqual(['deb-systemd-helper: denied'])
})
