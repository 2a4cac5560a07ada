import type {Rules} from '../../checker.js'

export const rules = {
  'start-not-enabled': {severity: 'warning', title: 'A unit that runs now is not started at boot: nothing enables it'},
  'start-enabled-until-reboot': {severity: 'warning', title: 'A unit is enabled for this boot only, by a link in /run'},
  'target-not-started': {severity: 'warning', title: 'A unit that runs is enabled for a unit that no boot starts'},
  'requirement-missing': {
    severity: 'error',
    title: 'A unit that runs requires another one that cannot be started',
  },
  'unit-masked': {severity: 'warning', title: 'A unit that runs has been masked since'},
  'unit-refused': {severity: 'error', title: 'A unit that runs has a file that systemd refuses since'},
  'unit-file-gone': {severity: 'warning', title: 'A unit is enabled, or runs, and its file is gone'},
  'unit-file-in-run': {severity: 'warning', title: 'A unit that runs has its file in /run, which a reboot empties'},
  'sysv-links-shadowed': {
    severity: 'error',
    title: 'Start links of an init script do nothing: a unit of the same name is there, and disabled',
  },
  'sysv-links-ignored': {severity: 'error', title: 'This systemd starts no init scripts, and one is to be started'},
  'restart-policy-missing': {
    severity: 'warning',
    title: 'A container runs without a restart policy, and containers beside it have one',
  },
  'engine-not-started': {
    severity: 'error',
    title: 'Containers are to be started at boot, and what starts them is not',
  },
} as const satisfies Rules

export type Rule = keyof typeof rules
