import {type HostileRoot, service, UNITS} from './root.js'

export const manyUnits: readonly HostileRoot[] = [
  {
    name: 'many units with drop-ins',
    size: 2000,
    make(root, size) {
      const unit =
        '[Unit]\nDescription=x\n[Service]\nEnvironmentFile=-/etc/default/x\nExecStart=/usr/bin/true $A ${B}\n'
      root.put(`${UNITS}/u0.service`, `${unit}[Install]\nWantedBy=multi-user.target\n`)
      root.put(`${UNITS}/u0.service.d/50-x.conf`, '[Service]\nEnvironment=A=b\n')
      for (let at = 1; at < size; at++) {
        root.hardLink(`${UNITS}/u${at}.service`, `${UNITS}/u0.service`)
        root.hardLink(`${UNITS}/u${at}.service.d/50-x.conf`, `${UNITS}/u0.service.d/50-x.conf`)
      }
    },
  },
  {
    name: 'names with many prefixes',
    size: 1000,
    make(root, size) {
      for (let at = 0; at < size; at++) {
        service(root, `${'a-'.repeat(115)}${at}.service`, 'ExecStart=/usr/bin/true ${X}')
      }
      // All of them apply to each unit.
      for (let depth = 1; depth <= 115; depth++) {
        root.put(`${UNITS}/${'a-'.repeat(depth)}.service.d/${depth}.conf`, `[Service]\nEnvironment=X${depth}=y\n`)
      }
    },
  },
  {
    name: 'one unit with many drop-ins',
    size: 3000,
    make(root, size) {
      service(root, 'a.service', 'ExecStart=/usr/bin/true ${X}')
      for (let at = 0; at < size; at++) {
        root.put(`${UNITS}/a.service.d/${at}.conf`, `[Service]\nEnvironment=A${at}=b\n`)
        root.put(`/run/systemd/system/a.service.d/${at}.conf`, `[Service]\nEnvironment=B${at}=b\n`)
      }
    },
  },
  {
    name: 'many instances of a template',
    size: 3000,
    make(root, size) {
      service(root, 't@.service', 'EnvironmentFile=-/etc/default/%i', 'ExecStart=/usr/bin/true --x=${X_%i} %n')
      for (let at = 0; at < size; at++) root.link(`${UNITS}/multi-user.target.wants/t@${at}.service`, '../t@.service')
    },
  },
]
