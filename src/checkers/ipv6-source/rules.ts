import type {Rules} from '../../checker.js'

export const rules = {
  'default-route-lost': {
    severity: 'error',
    title: 'The IPv6 default route is lost: it comes from router advertisements, and forwarding is switched on',
  },
  'route-source-unusable': {
    severity: 'error',
    title: 'A route gives packets a source address that the host does not hold',
  },
  'address-duplicate': {
    severity: 'error',
    title: 'Another host holds the same address: the kernel does not use it here',
  },
  'source-not-global': {severity: 'error', title: 'Packets to a router have no source address that a router forwards'},
  'source-off-prefix': {
    severity: 'warning',
    title: "The source address is not of the next hop's prefix, though this host has one that is",
  },
  'source-other-interface': {severity: 'warning', title: 'The source address is that of another interface'},
  'source-deprecated': {
    severity: 'warning',
    title: 'New connections use a deprecated source address: no other is left',
  },
  'source-unique-local': {severity: 'notice', title: 'Packets to the Internet have a unique local source address'},
} as const satisfies Rules

export type Rule = keyof typeof rules
