import type {Reader} from './reader.js'
import type {FilterOptions} from './types.js'

/** What a kind makes of the handle before it and the words after it. */
export interface FilterTail {
  readonly handle: number
  readonly options: FilterOptions
}

export const NO_OPTIONS: FilterOptions = {
  sent: false,
  classId: null,
  u32: null,
  bpf: null,
  gotoChains: [],
  actions: [],
  text: '',
}

export const NO_TAIL: FilterTail = {handle: 0, options: NO_OPTIONS}

/** null: not known. */
export function given(
  reader: Reader,
  name: string,
  of: (text: string) => number | null,
  lesser: boolean,
): number | null {
  const text = lesser ? reader.lesser() : reader.value(name)
  if (text === null) return null
  const value = of(text)
  if (value === null) reader.fail(`Illegal "${name}"`, 1)
  return value
}
