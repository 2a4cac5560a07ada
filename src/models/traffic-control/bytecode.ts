/**
 * Whether classic BPF bytecode as tc takes it, `LENGTH,CODE JT JF K,...`, is one that tc and the kernel take.
 * null: both do.
 *
 * Source: bpf_ops_parse() of iproute2's lib/bpf_legacy.c; bpf_check_classic() of net/core/filter.c, of which only the
 * last instruction and the jumps are checked here; other instructions than loads, jumps and returns are left to the kernel.
 */
export function bytecodeFault(text: string): {readonly by: 'tc' | 'kernel'; readonly text: string} | null {
  const head = /^\s*\+?(\d+)/.exec(text)
  const comma = text.indexOf(',')
  const length = Number(head?.[1] ?? 0)
  if (head === null || comma < 0 || length === 0 || length > 4096) return {by: 'tc', text: ''}
  const tokens = text.slice(comma + 1).split(',')
  if (tokens.at(-1) === '') tokens.pop()
  const instructions: Instruction[] = []
  for (const [index, token] of tokens.entries()) {
    if (index >= length) return {by: 'tc', text: 'Real program length exceeds encoded length parameter!'}
    const fields = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(token)
    if (fields === null) return {by: 'tc', text: `Error at instruction ${index}!`}
    const [code = 0, jt = 0, jf = 0, k = 0] = fields.slice(1).map(Number)
    instructions.push({code: code & 0xffff, jt: jt & 0xff, jf: jf & 0xff, k})
  }
  if (instructions.length !== length)
    return {by: 'tc', text: 'Parsed program length is less than encoded length parameter!'}
  return instructions.every((instruction, at) => isValid(instruction, length - at - 1)) && isReturn(instructions.at(-1))
    ? null
    : {by: 'kernel', text: ''}
}

interface Instruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

const LOADS = new Set([0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x80, 0x81, 0x00, 0x01, 0xb1, 0x07, 0x87])
const JUMPS = new Set([0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d])

function isValid({code, jt, jf, k}: Instruction, left: number): boolean {
  if (code === 0x06 || code === 0x16 || LOADS.has(code)) return true
  if (JUMPS.has(code)) return jt < left && jf < left
  return code === 0x05 && k < left
}

function isReturn(instruction: Instruction | undefined): boolean {
  return instruction?.code === 0x06 || instruction?.code === 0x16
}
