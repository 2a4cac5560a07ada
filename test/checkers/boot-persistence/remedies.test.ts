import {expect, it} from 'vitest'
import {startAtBoot, systemctl} from '../../../src/checkers/boot-persistence/remedies.js'
import {predictBoot} from '../../../src/models/systemd/boot/boot.js'
import {type Given, unitsOf} from '../../models/systemd/boot/units.js'

function argvFor(text: string, more: Record<string, Given> = {}): (readonly string[] | undefined)[] {
  const units = unitsOf({
    'multi-user.target': {aliases: ['default.target']},
    'app.service': {text},
    ...more,
  })
  const unit = units.byName.get('app.service')
  if (!unit) throw new Error('no unit')
  return startAtBoot(unit, predictBoot(units), units).map(({argv}) => argv)
}

it('enables what the [Install] section lets start at boot', () => {
  expect(argvFor('[Install]\nWantedBy=multi-user.target\n')).toEqual([['systemctl', 'enable', 'app.service']])
  expect(argvFor('[Install]\nWantedBy=default.target\n')).toEqual([['systemctl', 'enable', 'app.service']])
  expect(argvFor('[Install]\nAlso=app.socket\n')).toEqual([['systemctl', 'enable', 'app.service']])
})

it('has the target start it where enabling would not', () => {
  const wants = ['systemctl', 'add-wants', 'multi-user.target', 'app.service']
  expect(argvFor('')).toEqual([wants])
  expect(argvFor('[Install]\nWantedBy=graphical.target\n')).toEqual([wants])
  expect(
    argvFor('[Install]\nWantedBy=web.service\n', {
      'web.service': {
        text: '[Unit]\nRequires=gone.service\n',
        links: ['/etc/systemd/system/multi-user.target.wants/web.service'],
      },
    }),
  ).toEqual([wants])
})

it('takes no name for an option', () => {
  expect(systemctl('', 'enable', '-.mount').argv).toEqual(['systemctl', 'enable', '--', '-.mount'])
})
