import {atLeast, type Kernel} from '../../facts/kernel.js'
import {type Missing, missing} from '../../model/missing.js'
import type {Bounds} from './bounds.js'

/** How a kernel admits a new task under RLIMIT_NPROC. */
export interface AdmissionRules {
  /**
   * true: tasks are counted per (user namespace, kuid), and each also for the creator of its
   * namespace in the parent, and so on up. false: per kuid alone (user_struct.processes).
   */
  readonly perNamespace: boolean
  /** Tasks that come into being beyond the limit. */
  readonly beyondLimit: Bounds
  /**
   * Tasks of others, counted from the limit, at which set*uid() marks its caller so that the next
   * execve() fails: 0 = as many as the limit, 1 = one more.
   */
  readonly execFailsFrom: Bounds
  /** A user namespace made by real root in the initial one passes no limit on. */
  readonly rootPassesNoLimit: boolean
  /** Why the rules of this kernel are not known for sure. */
  readonly unknown: Missing | null
}

const perUid: AdmissionRules = {
  perNamespace: false,
  // copy_process(): `processes >= rlimit` before the new task is counted.
  beyondLimit: {least: 0, most: 0},
  // set_user(): `processes >= rlimit` before the caller itself is counted.
  execFailsFrom: {least: 0, most: 0},
  rootPassesNoLimit: true,
  unknown: null,
}

const perNamespace: AdmissionRules = {
  perNamespace: true,
  // copy_process(): copy_creds() has counted the new task, then is_rlimit_overlimit() says `count > max`.
  beyondLimit: {least: 0, most: 0},
  // flag_nproc_exceeded(): `count > max`, still before commit_creds() counts the caller itself.
  execFailsFrom: {least: 1, most: 1},
  rootPassesNoLimit: true,
  unknown: null,
}

/**
 * The rules by kernel version. Sources: kernel/fork.c copy_process(), kernel/cred.c copy_creds() and
 * commit_creds(), kernel/sys.c set_user() and flag_nproc_exceeded(), kernel/ucount.c
 * is_rlimit_overlimit(), kernel/user_namespace.c create_user_ns() and enforced_nproc_rlimit().
 *
 * Linux 5.14 (commit 21d1c5e386bc) moved the count to user namespaces and let one task too many in,
 * counted by effective UID and passed root's own limit on. The repairs (8f2f9c4d82f2, a55d07294f1e,
 * c923a8e7edb0, 0ac983f51203) came with 5.17, 5.16.13 and 5.15.27; distributions number their
 * kernels `5.14.0-N` or `5.15.0-N` with or without them, which the version does not tell.
 */
export function admissionRules(kernel: Kernel): AdmissionRules {
  if (!atLeast(kernel, 5, 14)) return perUid
  if (atLeast(kernel, 5, 17) || repaired(kernel)) return perNamespace
  return {
    ...perNamespace,
    beyondLimit: {least: 0, most: 1},
    execFailsFrom: {least: 0, most: 1},
    rootPassesNoLimit: false,
    unknown: missing(
      'kernel-release',
      'unsupported',
      `Linux ${kernel.release} may lack the repairs of 5.15.27: it then lets one task more in, counts by effective UID`,
    ),
  }
}

function repaired(kernel: Kernel): boolean {
  const patch = Number(/^\d+\.\d+\.(\d+)/.exec(kernel.release)?.[1] ?? 0)
  return kernel.minor === 15 ? patch >= 27 : kernel.minor === 16 && patch >= 13
}
