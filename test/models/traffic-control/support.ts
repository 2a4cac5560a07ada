import type {Admission} from '../../../src/models/traffic-control/admission.js'
import {admit} from '../../../src/models/traffic-control/admit.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import {emptyState, type TcState} from '../../../src/models/traffic-control/state.js'

/** A command as people write it, without `tc`; no quotes. */
export const words = (line: string): string[] => line.split(' ').filter((word) => word !== '')

export interface Run {
  readonly state: TcState
  readonly admissions: readonly Admission[]
  /** `accepted`, or the reason. */
  readonly answers: readonly string[]
}

export function run(lines: readonly string[], from: TcState = emptyState({defaultQdisc: () => 'noqueue'})): Run {
  let state = from
  const admissions = lines.map((line) => {
    const {admission, state: next} = admit(state, parseTc(words(line)))
    state = next
    return admission
  })
  return {state, admissions, answers: admissions.map(({reason}) => reason?.id ?? 'accepted')}
}

export const HTB = ['qdisc add dev eth0 root handle 1: htb', 'class add dev eth0 parent 1: classid 1:10 htb rate 1mbit']
