import type {Rules} from '../../checker.js'

export const rules = {
  'priority-two-protocols': {
    severity: 'error',
    title: 'A filter is refused: another one of its priority is for another protocol',
  },
  'priority-two-kinds': {
    severity: 'error',
    title: 'A filter is refused: another one of its priority is of another kind',
  },
  'priorities-exhausted': {
    severity: 'error',
    title: 'A filter without a priority is refused: the automatic ones are used up',
  },
  'protocol-unknown': {severity: 'error', title: 'A filter is refused: tc does not know its protocol'},
  'command-refused': {severity: 'warning', title: 'The kernel refuses a command of a script'},
  'class-missing': {severity: 'warning', title: 'A filter sends packets to a class that does not exist'},
  'family-unshaped': {severity: 'warning', title: 'Packets of IPv4 are shaped, and those of IPv6 are not'},
  'mark-never-set': {severity: 'warning', title: 'A filter asks for a firewall mark that no rule sets'},
} as const satisfies Rules

export type Rule = keyof typeof rules
