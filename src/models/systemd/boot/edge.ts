import type {PulledInBy} from '../../../facts/units.js'

/** One reason for which systemd starts a unit when another one starts, or when something is asked of that one. */
export interface Edge {
  readonly from: string
  readonly to: string
  /**
   * - `hard`: Requires=, BindsTo= and their like: `from` does not get all it asks for unless `to` can be started.
   * - `soft`: Wants= and its like.
   * - `upheld`: Upholds=: looked at again whenever `from` runs.
   * - `trigger`: a socket, timer, path or automount unit starts `to` when its time has come.
   */
  readonly kind: 'hard' | 'soft' | 'upheld' | 'trigger'
  /** `default`: systemd adds it itself (systemd.service(5), "Automatic Dependencies"). */
  readonly how: PulledInBy['how'] | 'default'
  /** Link, unit file or drop-in that says so; null for what systemd adds itself. */
  readonly path: string | null
  /** It lies in /run, where no generator makes it again: of this boot only. */
  readonly lost: boolean
}

/** What starts a unit although no unit does: the D-Bus broker, udev, a device that appears, systemd-logind. */
export interface Activation {
  readonly to: string
  readonly how: 'dbus' | 'udev' | 'device' | 'logind'
  /** Bus name, rules file, device unit, or `autovt@`. */
  readonly by: string
  readonly path: string
}
