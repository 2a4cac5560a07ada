import type {Rules} from '../../checker.js'

export const rules = {
  'environment-file-missing': {
    severity: 'error',
    title: 'A mandatory environment file cannot be read: nothing of the unit is executed',
  },
  'executable-variable': {severity: 'error', title: 'A variable stands in the path of an executable'},
  'variable-name-invalid': {severity: 'error', title: 'An argument vanishes: what follows $ is no name of a variable'},
  'variable-not-expanded': {severity: 'error', title: 'A variable inside of a word is passed on as text'},
  'substitution-empty': {severity: 'error', title: 'Nothing is put in for ${NAME}: it is not set'},
  'argument-dropped': {severity: 'warning', title: 'An argument is dropped: its variable is not set'},
  'shell-variable-eaten': {
    severity: 'error',
    title: 'systemd replaces a variable of a shell script before the shell sees it',
  },
  'variable-wrong-phase': {
    severity: 'warning',
    title: 'A variable is used in a command for which systemd does not set it',
  },
  'assignment-ignored': {severity: 'warning', title: 'An assignment that systemd ignores'},
  'unit-files-changed': {severity: 'notice', title: 'systemd has not read unit files since they changed'},
  'defaults-file-unread': {severity: 'notice', title: 'A file in /etc/default or /etc/sysconfig that nothing reads'},
  'optional-variable-unset': {severity: 'notice', title: 'A variable for further options is not set'},
} as const satisfies Rules

export type Rule = keyof typeof rules
