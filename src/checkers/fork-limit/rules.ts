import type {Rules} from '../../checker.js'

export const rules = {
  'start-blocked': {severity: 'error', title: 'The next start of a service, container or session fails'},
  'fork-blocked': {severity: 'error', title: 'A running process cannot create another process or thread'},
  'headroom-low': {severity: 'warning', title: 'Few tasks are left below a task limit (RLIMIT_NPROC)'},
  'pids-cgroup-full': {severity: 'error', title: 'A cgroup has as many tasks as its pids.max allows'},
  'pids-cgroup-low': {severity: 'warning', title: 'A cgroup has nearly as many tasks as its pids.max allows'},
  'system-tasks-low': {severity: 'warning', title: 'The host has nearly as many tasks as the kernel allows'},
  'past-failure': {severity: 'notice', title: 'Processes or threads could not be created since boot'},
} as const satisfies Rules

export type Rule = keyof typeof rules
