import {type HostileRoot, service, UNITS} from './root.js'

export const links: readonly HostileRoot[] = [
  {
    name: 'links in a circle',
    size: 1000,
    make(root, size) {
      root.link(`${UNITS}/self.service`, 'self.service')
      root.link(`${UNITS}/there.service`, 'back.service')
      root.link(`${UNITS}/back.service`, 'there.service')
      root.link(`${UNITS}/away.service`, '../../../../../../../../etc/shadow')
      root.link(`${UNITS}/folder.service`, '/etc/systemd/system')
      for (let at = 0; at < size; at++) root.link(`${UNITS}/c${at}.service`, `c${(at + 1) % size}.service`)
      for (let at = 0; at < size; at++) root.link(`${UNITS}/d${at}.service`, `d${at + 1}.service`)
      service(root, `d${size}.service`, 'ExecStart=/usr/bin/true $X')
      root.link('/etc/default/self', 'self')
      service(root, 'file.service', 'EnvironmentFile=/etc/default/self', 'ExecStart=/usr/bin/true')
    },
  },
  {
    name: 'drop-ins in a circle',
    size: 1000,
    make(root, size) {
      service(root, 'a.service', 'ExecStart=/usr/bin/true $X')
      root.link(`${UNITS}/a.service.d`, '.')
      root.link(`${UNITS}/service.d`, 'service.d')
      root.link('/usr/lib/systemd/system/a.service.d', '/etc/systemd/system/a.service.d')
      root.link('/run/systemd/system/a.service.d/self.conf', 'self.conf')
      root.link('/run/systemd/system/a.service.d/up.conf', '..')
      root.folderAt('/run/systemd/system/a.service.d/folder.conf')
      root.fifo('/run/systemd/system/a.service.d/fifo.conf')
      for (let at = 0; at < size; at++) {
        root.link(`/run/systemd/system/a.service.d/${at}.conf`, `${(at + 1) % size}.conf`)
      }
    },
  },
  {
    name: 'one unit under many names',
    size: 3000,
    make(root, size) {
      service(root, 'real.service', 'ExecStart=/usr/bin/true ${X}')
      for (let at = 0; at < size; at++) {
        root.link(`${UNITS}/alias${at}.service`, 'real.service')
        root.put(`${UNITS}/alias${at}.service.d/${at}.conf`, `[Service]\nEnvironment=A${at}=b\n`)
      }
    },
  },
  {
    name: 'units that want one another',
    size: 3000,
    make(root, size) {
      for (let at = 0; at < size; at++) {
        const next = `u${(at + 1) % size}.service`
        root.put(
          `${UNITS}/u${at}.service`,
          `[Unit]\nWants=${next}\nRequires=${next}\n[Service]\nExecStart=/usr/bin/true\n`,
        )
        root.link(`${UNITS}/${next}.wants/u${at}.service`, `../u${at}.service`)
        root.link(`${UNITS}/multi-user.target.wants/gone${at}.service`, `/nowhere/gone${at}.service`)
      }
    },
  },
]
