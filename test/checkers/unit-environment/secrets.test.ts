import {expect, it} from 'vitest'
import checker from '../../../src/checkers/unit-environment/index.js'
import {check} from '../../../src/engine/check.js'
import type {Tree} from '../../../src/sources/collected.js'
import {memorySource} from '../../support/memory-source.js'

const SECRET = 'hunter2'
const tree = (files: Readonly<Record<string, string>>): Tree => ({
  status: 'tree',
  origin: 'made up',
  entries: Object.entries(files).map(([path, text]) => ({type: 'file', path, text})),
})

it('no value of a variable is in a report, wherever it stands', async () => {
  const unit = `[Service]
Environment=A=${SECRET} B-C=${SECRET} "D=x ${SECRET}" ${SECRET}
PassEnvironment=P
EnvironmentFile=/etc/default/app
EnvironmentFile=-/etc/app.env
ExecStart=/usr/bin/app --a=$A --t=$TOKEN -p $PW $X --q=\${QUOTED} \${P} $D/x $EMPTY
ExecStop=/bin/sh -c 'a=1; echo \${a}'
`
  const file = `A=${SECRET}
export PW=${SECRET}
#TOKEN=${SECRET}
# export X=${SECRET}
#QUOTED="x ${SECRET}"
O+=${SECRET}
B-D=${SECRET}
${SECRET}
export ${SECRET}
# a comment that goes on \\
E=${SECRET}
`
  const source = memorySource({
    'systemd-units': tree({'/etc/systemd/system/app.service': unit}),
    'linked-units': tree({}),
    'systemd-library': tree({'/usr/lib/systemd/libsystemd-shared-252.so': ''}),
    'environment-files': tree({'/etc/default/app': file, '/etc/app.env': `F=${SECRET}\n`}),
    'service-defaults': tree({'/etc/default/app': file, '/etc/default/other': `G=${SECRET}\n`}),
    'unit-programs': {
      ...tree({}),
      entries: [
        {type: 'present', path: '/usr/bin/app'},
        {type: 'present', path: '/bin/sh'},
      ],
    },
    'init-environ': `P=${SECRET}\0`,
    'systemd-manager': JSON.stringify({version: '252', units: [], environment: {M: SECRET}}),
  })
  const tool = {name: 'netdoctor', version: '0.0.0'}
  const report = await check(source, [checker], {failOn: 'error', wanted: () => true, accepted: [], tool})
  expect(report.checkers[0]?.status).toBe('findings')
  const rules = report.findings.map(({rule}) => rule)
  expect(rules).toEqual(
    expect.arrayContaining([
      'assignment-ignored',
      'variable-not-expanded',
      'argument-dropped',
      'variable-name-invalid',
    ]),
  )
  expect(JSON.stringify(report)).not.toContain(SECRET)
})
