import {type Admission, type EraMessage, KERNEL_ERAS, type Remark} from './admission.js'
import type {Applied} from './apply.js'
import {ERRNO, type Refusal} from './refusal.js'
import {remarksOn} from './remarks.js'
import type {TcState} from './state.js'
import type {ParsedTc} from './types.js'

/**
 * Whether the kernel would take a command of tc, and the tables after it. The tables are those of one network
 * namespace; a command for another (`tc -n NAME`) is to be asked of that one's.
 *
 * Source: net/sched of Linux 6.12, compared with 6.18 for what that has (u32, bpf; htb, tbf, fifo, ingress, clsact).
 */
export function admit(state: TcState, command: ParsedTc): {readonly admission: Admission; readonly state: TcState} {
  if (command.type === 'usage-error') {
    const reason = {
      id: 'usage',
      text: 'tc refuses the command itself; the kernel is not asked.',
      where: null,
      errno: null,
    }
    const messages = command.text === '' ? [] : [{kernel: null, text: command.text}]
    const admission = {...NOTHING, verdict: 'rejected' as const, reason, messages, exit: command.exit}
    return {admission, state}
  }
  const {applied, state: next} = state.after(command)
  const admission = answer(applied, command)
  if (admission.verdict !== 'accepted') return {admission, state: next}
  return {admission: {...admission, remarks: remarksOn(command, next.machine)}, state: next}
}

const NOTHING = {
  verdict: 'accepted',
  reason: null,
  messages: [] as readonly EraMessage[],
  exit: 0,
  chosenPrio: null,
  remarks: [] as readonly Remark[],
} as const satisfies Admission

function answer(applied: Applied, command: Exclude<ParsedTc, {type: 'usage-error'}>): Admission {
  switch (applied.as) {
    case 'accepted':
      return {...NOTHING, chosenPrio: applied.prio}
    case 'undecided': {
      const reason = {id: applied.id, text: applied.text, where: null, errno: null}
      return {...NOTHING, verdict: 'undecided', reason, exit: null}
    }
    case 'no-device': {
      const text = `Cannot find device "${applied.device}"`
      const reason = {id: 'no-such-device', text: `There is no device ${applied.device}.`, where: null, errno: null}
      return {...NOTHING, verdict: 'rejected', reason, messages: [{kernel: null, text}], exit: 1}
    }
    case 'refused':
      return {
        ...NOTHING,
        verdict: 'rejected',
        reason: applied.by.reason,
        messages: messagesOf(applied.by, command),
        exit: 2,
      }
  }
}

/** tc prints what the kernel says, or strerror(); for filters and chains one line more. */
function messagesOf({words}: Refusal, command: {readonly type: string}): readonly EraMessage[] {
  const more = command.type === 'filter' || command.type === 'chain' ? '\nWe have an error talking to the kernel' : ''
  return KERNEL_ERAS.map((kernel) => {
    const word = words[kernel]
    const first = 'says' in word ? `Error: ${word.says}.` : `RTNETLINK answers: ${ERRNO[word.errno]}`
    return {kernel, text: `${first}${more}`}
  })
}
