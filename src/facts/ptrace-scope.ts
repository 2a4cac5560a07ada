import {defineFact, known} from './define.js'

/**
 * kernel.yama.ptrace_scope: 0 where processes of one UID may trace each other, or Yama is not there
 * at all; 1 descendants only; 2 CAP_SYS_PTRACE only; 3 nobody. null: not known, which changes no
 * verdict, only what else is said.
 */
export type PtraceScope = number | null

export const ptraceScopeFact = defineFact({
  name: 'ptraceScope',
  inputs: ['ptrace-scope'],
  derive({'ptrace-scope': input}) {
    if (input.status === 'missing') return known<PtraceScope>(input.reason === 'absent' ? 0 : null)
    return known<PtraceScope>(/^[0-3]\s*$/.test(input.text) ? Number(input.text) : null)
  },
})
