import {type HostileRoot, repeat, SECRET, service, UNITS, upTo} from './root.js'

export const manyLines: readonly HostileRoot[] = [
  {
    name: 'a line continued many times',
    size: 300_000,
    make(root, size) {
      service(root, 'continued.service', `ExecStart=/usr/bin/true ${'\\\n'.repeat(size)}`)
      service(root, 'commented.service', `ExecStart=/usr/bin/true \\\n${'# no\n'.repeat(size >> 1)}end`)
      root.put('/etc/default/continued', `A=${'\\\n'.repeat(size)}\n`)
      service(root, 'file.service', 'EnvironmentFile=/etc/default/continued', 'ExecStart=/usr/bin/true $A')
    },
  },
  {
    name: 'many settings',
    size: 30_000,
    make(root, size) {
      service(root, 'commands.service', 'Type=oneshot', ...repeat(size, () => 'ExecStart=/usr/bin/true $A ${B} $C/d'))
      service(root, 'variables.service', ...repeat(size, (at) => `Environment=A${at}=b`), 'ExecStart=/usr/bin/true $A1')
      service(root, 'resets.service', ...repeat(size >> 1, () => 'ExecStart=/usr/bin/true\nExecStart='))
      root.put(`${UNITS}/sections.service`, '[Service]\n[Unit]\n'.repeat(size >> 1))
    },
  },
  {
    name: 'many lines EnvironmentFile= that name one file',
    size: 10_000,
    make(root, size) {
      root.put('/etc/default/names', repeat(200, (at) => `N${at}=${SECRET}\n#C${at}=x\n`).join(''))
      service(root, 'files.service', ...repeat(size, () => 'EnvironmentFile=/etc/default/names'), 'ExecStart=/x ${C1}')
    },
  },
  {
    name: 'many lines EnvironmentFile= that name many files',
    size: 10_000,
    make(root, size) {
      for (let at = 0; at < size; at += 10) root.put(`/etc/default/many/${at}`, `A${at}=b\n`)
      const lines = repeat(size, (at) => `EnvironmentFile=-/etc/default/many/${at}`)
      service(root, 'files.service', ...lines, 'ExecStart=/usr/bin/true $A1 ${A2}')
    },
  },
  {
    name: 'many variables in one file',
    size: 60_000,
    make(root, size) {
      root.put('/etc/default/names', repeat(size, (at) => `N${at}=${at}\n`).join(''))
      root.put('/etc/default/comments', repeat(size, (at) => `#C${at}=x\n`).join(''))
      root.put('/etc/default/same', 'A=b\n'.repeat(size))
      const files = ['names', 'comments', 'same'].map((name) => `EnvironmentFile=/etc/default/${name}`)
      service(root, 'many.service', ...files, `ExecStart=/x ${repeat(2000, (at) => `\${C${at}}`).join(' ')}`)
    },
  },
]

/** What grows when it is expanded. */
export const bombs: readonly HostileRoot[] = [
  {
    name: 'a long value put in many times',
    size: 200_000,
    make(root, size) {
      root.put('/etc/default/bomb', `A="${upTo(size, 'a b ')}"\n`)
      const file = 'EnvironmentFile=/etc/default/bomb'
      service(root, 'braces.service', file, `ExecStart=/usr/bin/true ${upTo(size, '${A}')}`)
      service(root, 'words.service', file, `ExecStart=/usr/bin/true ${upTo(size, '$A ')}`)
    },
  },
  {
    name: 'a long value in many commands',
    size: 20_000,
    make(root, size) {
      root.put('/etc/default/bomb', `A="${upTo(size, 'a b ')}"\n`)
      const lines = repeat(size, () => 'ExecStartPre=/usr/bin/true $A ${A} ${A}')
      service(root, 'bomb.service', 'EnvironmentFile=/etc/default/bomb', ...lines, 'ExecStart=/usr/bin/true')
    },
  },
  {
    name: 'a long name put in by specifiers',
    size: 300_000,
    make(root, size) {
      const name = 'n'.repeat(200)
      service(
        root,
        `${name}@.service`,
        `ExecStart=/usr/bin/true ${upTo(size, '%n')}`,
        `Environment=A=${upTo(size, '%i')}`,
      )
      service(root, `${name}.service`, `ExecStart=/usr/bin/true ${upTo(size, '%n ')}`)
      root.link(`${UNITS}/multi-user.target.wants/${name}@${'i'.repeat(40)}.service`, `../${name}@.service`)
    },
  },
  {
    name: 'patterns that match the same over and over',
    size: 12,
    make(root, size) {
      for (let at = 0; at < 12; at++) root.put(`/etc/deep/${at}/${at}/file`, 'A=b\n')
      service(
        root,
        'up.service',
        `EnvironmentFile=-/etc/deep/${'*/../'.repeat(size)}*/*/file`,
        'ExecStart=/usr/bin/true',
      )
      service(root, 'all.service', `EnvironmentFile=-${'/*'.repeat(size)}`, 'ExecStart=/usr/bin/true')
      service(root, 'stars.service', `EnvironmentFile=-/etc/deep/${'*'.repeat(size * 20)}x`, 'ExecStart=/usr/bin/true')
      service(root, 'brackets.service', `EnvironmentFile=-/etc/${'[a-'.repeat(size * 20)}`, 'ExecStart=/usr/bin/true')
    },
  },
]
