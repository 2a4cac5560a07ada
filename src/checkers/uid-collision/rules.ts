import type {Rules} from '../../checker.js'

export const rules = {
  'shared-uid': {severity: 'notice', title: 'A container runs under the kernel UID of a host account'},
  'shared-task-limit': {
    severity: 'warning',
    title: "A container's tasks count against a task limit of the host, or the other way round",
  },
  'shared-ipc-removal': {
    severity: 'warning',
    title: "A user's logout removes the shared memory and semaphores of a container",
  },
  'shared-host-path': {severity: 'notice', title: 'A container may write files of a host account'},
  'shared-signal': {severity: 'notice', title: 'A host service and a container may signal one another'},
  'subordinate-overlap': {
    severity: 'warning',
    title: 'A range of subordinate IDs overlaps another one, or holds the ID of an account',
  },
  'remap-range-shared': {severity: 'warning', title: 'Containers of two runtimes are mapped to the same host IDs'},
  'container-root': {
    severity: 'notice',
    title: 'Containers run as real root, without a user namespace of their own',
  },
} as const satisfies Rules

export type Rule = keyof typeof rules
