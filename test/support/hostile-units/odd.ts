import {writeFileSync} from 'node:fs'
import {EVIL, type HostileRoot, SECRET, service, UNITS} from './root.js'

export const odd: readonly HostileRoot[] = [
  {
    name: 'bytes that are no text',
    size: 1,
    make(root) {
      const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x1b, 0x5b])
      const broken = (text: string) => Buffer.concat([Buffer.from(text), bytes, Buffer.from(`${EVIL}\n`)])
      root.put(`${UNITS}/bytes.service`, broken('[Service]\nExecStart=/usr/bin/true $A '))
      root.put(`${UNITS}/nul.service`, `[Service]\nExecStart=/usr/bin/true $A\0B \${C\0}\n\0\0\0\n`)
      root.put('/etc/default/bytes', broken(`A=${SECRET}`))
      root.put('/etc/default/nul', `A=\0${SECRET}\n\0=\0\n`)
      service(root, 'file.service', 'EnvironmentFile=/etc/default/bytes', 'ExecStart=/usr/bin/true ${A}')
      service(root, 'nul-file.service', 'EnvironmentFile=/etc/default/nul', 'ExecStart=/usr/bin/true ${A}')
      service(root, `${EVIL}\n.service`, `ExecStart=/usr/bin/true --x=\${${EVIL}} $${EVIL}`)
      writeFileSync(
        Buffer.concat([Buffer.from(`${root.at(UNITS)}/`), bytes.subarray(0, 2), Buffer.from('.service')]),
        '',
      )
      root.put(`${UNITS}/only-nul.service`, Buffer.alloc(500_000))
      root.put(`${UNITS}/bom.service`, '\ufeff[Service]\r\nExecStart=/usr/bin/true $A\r\n')
    },
  },
  {
    name: 'files that never end, or never begin',
    size: 64 << 20,
    make(root, size) {
      root.link('/etc/default/zero', '/dev/zero')
      root.fifo('/etc/default/fifo')
      root.holes('/etc/default/huge', size)
      root.folderAt('/etc/default/folder')
      for (const name of ['zero', 'fifo', 'huge', 'folder']) {
        service(root, `${name}.service`, `EnvironmentFile=/etc/default/${name}`, 'ExecStart=/usr/bin/true --x=${A}')
        service(root, `run-${name}.service`, `ExecStart=/etc/default/${name} \${A}`)
      }
      service(root, 'device.service', 'EnvironmentFile=/dev/zero', 'ExecStart=/usr/bin/true --x=${A}')
      service(root, 'kcore.service', 'EnvironmentFile=-/proc/kcore', 'ExecStart=/dev/zero ${A}')
      root.link(`${UNITS}/zero-unit.service`, '/dev/zero')
      root.fifo(`${UNITS}/fifo-unit.service`)
      root.folderAt(`${UNITS}/folder-unit.service`)
      root.holes(`${UNITS}/huge-unit.service`, size)
      root.link(`${UNITS}/a.service.d/zero.conf`, '/dev/zero')
      root.fifo('/usr/lib/systemd/system.conf.d/fifo.conf')
    },
  },
]
