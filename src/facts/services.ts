import type {Limit} from './processes.js'

/** Where a setting comes from: the unit file or drop-in that decides, or a default. */
export interface Origin {
  readonly path: string
  readonly line: number | null
  readonly text: string
}

export interface Setting<T> {
  readonly value: T
  readonly origin: Origin
}

/** What of a systemd service decides about its tasks. Read from files: no PID 1 needed. */
export interface Service {
  /** `avahi-daemon.service` */
  readonly name: string
  readonly masked: boolean
  /** A .wants/.requires link below /etc or /run names it, or its WantedBy target is... : it starts at boot. */
  readonly enabled: boolean
  readonly fragmentPath: string
  /** User=, as written after specifiers; null = root. */
  readonly user: Setting<string> | null
  readonly dynamicUser: boolean
  readonly privateUsers: boolean
  readonly limitNproc: Setting<{readonly soft: Limit; readonly hard: Limit}> | null
  /** TasksMax=; Infinity for `infinity`. */
  readonly tasksMax: Setting<number> | null
  readonly slice: string
  readonly execStart: readonly string[]
  /** ExecStart binary's basename. */
  readonly program: string
}

export interface Services {
  readonly services: readonly Service[]
  readonly byName: ReadonlyMap<string, Service>
  readonly defaultLimitNproc: Setting<{readonly soft: Limit; readonly hard: Limit}> | null
  readonly defaultTasksMax: Setting<number> | null
  /** TasksMax= of slices. */
  readonly slices: ReadonlyMap<string, Setting<number> | null>
}
