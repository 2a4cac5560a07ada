import type {AdmitOptions} from './admission.js'
import {type Applied, apply} from './apply.js'
import {Machine} from './machine.js'
import type {ParsedTc} from './types.js'

/** How the tables begin. */
export interface Beginning {
  /**
   * Kind of the queueing discipline that a device has before a command sets one: noqueue on veth and bridges,
   * pfifo_fast or what net.core.default_qdisc names on hardware. null: not known.
   */
  readonly defaultQdisc?: (device: string) => string | null
  /** Devices may have anything on them already; undefined: they are fresh. */
  readonly unknown?: string
  /** Puts there what is known, such as what `tc -json ... show` told. */
  readonly fill?: (machine: Machine) => void
}

/**
 * The tables of a network namespace after some commands. A value: admit() leaves the one that it is given as it is.
 * Its tables lie in one machine that moves on with the newest; an older one is rebuilt when it is asked again.
 */
export class TcState {
  readonly #beginning: Beginning
  readonly #options: AdmitOptions
  readonly #previous: TcState | null
  readonly #command: ParsedTc | null
  #machine: Machine | null = null

  private constructor(beginning: Beginning, options: AdmitOptions, previous: TcState | null, command: ParsedTc | null) {
    this.#beginning = beginning
    this.#options = options
    this.#previous = previous
    this.#command = command
  }

  static begin(beginning: Beginning = {}, options: AdmitOptions = {}): TcState {
    return new TcState(beginning, options, null, null)
  }

  /** The answer to a command, and the tables after it. */
  after(command: ParsedTc): {readonly applied: Applied; readonly state: TcState} {
    const machine = this.machine
    const applied = apply(machine, command)
    const state = new TcState(this.#beginning, this.#options, this, command)
    state.#machine = machine
    this.#machine = null
    return {applied, state}
  }

  /** To be read, not written. */
  get machine(): Machine {
    if (this.#machine !== null) return this.#machine
    const commands: ParsedTc[] = []
    let state: TcState | null = this
    for (; state !== null; state = state.#previous) if (state.#command !== null) commands.push(state.#command)
    const machine = new Machine(this.#options, this.#beginning.defaultQdisc ?? (() => null))
    machine.doubt = this.#beginning.unknown ?? null
    this.#beginning.fill?.(machine)
    for (const command of commands.reverse()) apply(machine, command)
    this.#machine = machine
    return machine
  }
}

/** Devices as they come up: without commands of tc so far. */
export function emptyState(beginning: Beginning = {}, options: AdmitOptions = {}): TcState {
  return TcState.begin(beginning, options)
}
