import type {KernelEra, Reason} from './admission.js'

/** Thrown by what simulates a command, before anything has changed. */
export class Refusal {
  constructor(
    readonly reason: Reason,
    /** By era, without `Error: ` and the full stop; where there are none, the text of errno. */
    readonly words: Readonly<Record<KernelEra, {readonly says: string} | {readonly errno: Errno}>>,
  ) {}
}

/** Thrown likewise: it cannot be told. */
export class Undecided {
  constructor(
    readonly id: string,
    readonly text: string,
  ) {}
}

interface Facts {
  readonly id: string
  readonly text: string
  readonly where: string
  readonly errno: Errno
  /** Before 6.13, if another. */
  readonly errnoBefore?: Errno
  /** What the kernel says since 4.16; null: nothing. */
  readonly says?: string | null
  /** Where 6.13 changed it. */
  readonly saysNow?: string | null
}

export type Errno = keyof typeof ERRNO

/** strerror() of glibc. */
export const ERRNO = {
  ENOENT: 'No such file or directory',
  E2BIG: 'Argument list too long',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  ENOMEM: 'Cannot allocate memory',
  ELOOP: 'Too many levels of symbolic links',
  EOPNOTSUPP: 'Operation not supported',
} as const

export function refuse({id, text, where, errno, errnoBefore = errno, says = null, saysNow = says}: Facts): never {
  throw new Refusal(
    {id, text, where, errno},
    {
      '<= 4.15': {errno: errnoBefore},
      '4.16 .. 6.12': says === null ? {errno: errnoBefore} : {says},
      '>= 6.13': saysNow === null ? {errno} : {says: saysNow},
    },
  )
}

export function undecided(id: string, text: string): never {
  throw new Undecided(id, text)
}
