import type {TcWord} from './word.js'

/** `1:10` is 0x10010: major number in the upper 16 bits, minor in the lower, as the kernel keeps it. */
export type Handle = number

/** TC_H_ROOT: `root` of a queueing discipline; as a parent of filters it names a discipline that cannot be. */
export const ROOT: Handle = 0xffffffff
/** TC_H_INGRESS = TC_H_CLSACT: where the ingress or clsact discipline of a device lies; its own handle is `ffff:`. */
export const INGRESS: Handle = 0xfffffff1
/** `ingress` and `egress` as parents of filters. */
export const CLSACT_INGRESS: Handle = 0xfffffff2
export const CLSACT_EGRESS: Handle = 0xfffffff3
/** ETH_P_ALL, what `tc filter add` and `replace` send without `protocol`. */
export const PROTOCOL_ALL = 3

export type TcVerb = 'add' | 'change' | 'replace' | 'link' | 'delete'

interface CommandBase {
  /** Of `tc -n NAME`. null: the namespace that tc runs in. */
  readonly netns: TcWord | null
  /**
   * Words that are not known and that decide only whether tc takes the command at all, such as `rate ${RATE}kbit`.
   * They are taken for valid.
   */
  readonly assumes: readonly string[]
}

export interface QdiscCommand extends CommandBase {
  readonly type: 'qdisc'
  readonly verb: TcVerb
  /** null: without `dev`. */
  readonly dev: string | null
  /** ROOT, INGRESS, a class or a discipline. 0: none named. */
  readonly parent: Handle
  /** Minor number 0. 0: none named. */
  readonly handle: Handle
  /** null: none named. */
  readonly kind: string | null
  /** 0: none named. */
  readonly ingressBlock: number
  readonly egressBlock: number
  readonly options: QdiscOptions
}

export interface QdiscOptions {
  /** The command sends options (TCA_OPTIONS) to the kernel. */
  readonly sent: boolean
  /** `default` of htb: a minor number, hexadecimal on the command line; null: not given or not known. */
  readonly defaultClass: number | null
  /** `bands` of prio and ets; null: not given or not known. */
  readonly bands: number | null
}

export interface ClassCommand extends CommandBase {
  readonly type: 'class'
  readonly verb: Exclude<TcVerb, 'link'>
  readonly dev: string | null
  /** 0: none named. */
  readonly parent: Handle
  /** 0: none named. */
  readonly classId: Handle
  readonly kind: string | null
  /** The command sends options (TCA_OPTIONS) to the kernel. */
  readonly optionsSent: boolean
}

/** Where a filter lies: a device and a parent on it, or a shared block. */
export type FilterPlace =
  | {readonly on: 'dev'; readonly dev: string /** 0: the root discipline. */; readonly parent: Handle}
  | {readonly on: 'block'; readonly index: number; readonly parent: Handle}
  /** Neither `dev` nor `block`. */
  | {readonly on: 'nothing'; readonly parent: Handle}

export interface FilterCommand extends CommandBase {
  readonly type: 'filter'
  readonly verb: Exclude<TcVerb, 'link'>
  readonly place: FilterPlace
  /** 1 to 65535. 0: none named. */
  readonly prio: number
  /** As on the wire: ip is 0x0800. PROTOCOL_ALL if `add` or `replace` names none; 0 if another verb names none. */
  readonly protocol: number
  /** null: none named, which the kernel takes for chain 0 (and a deletion without a priority for all of chain 0). */
  readonly chain: number | null
  /** null: none named. */
  readonly kind: string | null
  /** Of the filter, as its kind reads it. 0: none named. */
  readonly handle: number
  readonly options: FilterOptions
}

export interface FilterOptions {
  /** The command sends options (TCA_OPTIONS) to the kernel. */
  readonly sent: boolean
  /** `flowid`, `classid`. null: none; a class that does not exist is no reason for the kernel to refuse. */
  readonly classId: Handle | null
  /** Of u32. null: not given. */
  readonly u32: U32Options | null
  /** Of bpf. */
  readonly bpf: {/** classic bytecode or an eBPF program is given. */ readonly program: boolean} | null
  /** `goto chain N` among the actions. */
  readonly gotoChains: readonly number[]
  /** There are actions (`action`, `police`), which may fail for reasons of their own. */
  readonly actions: readonly string[]
  /** What the options of flower, basic and others say, word for word: equal texts are equal keys. */
  readonly text: string
}

export interface U32Options {
  /** `divisor` of a table to be made. */
  readonly divisor: number | null
  /** `ht`, with the bucket that `sample` gives. */
  readonly ht: number | null
  /** `link`. */
  readonly link: number | null
  /** There is a `match`. */
  readonly matches: boolean
}

export interface ChainCommand extends CommandBase {
  readonly type: 'chain'
  readonly verb: 'add' | 'delete'
  readonly place: FilterPlace
  /** null: none named: chain 0. */
  readonly chain: number | null
  /** Of the template. null: none named. */
  readonly kind: string | null
  readonly optionsSent: boolean
}

/** `tc -batch FILE`: the lines of the file are commands. */
export interface BatchCommand extends CommandBase {
  readonly type: 'batch'
  /** `-` is standard input. */
  readonly file: TcWord
  readonly force: boolean
}

/** Changes neither disciplines, classes, filters nor chains: show, get, help, monitor, actions, exec. */
export interface OtherCommand extends CommandBase {
  readonly type: 'other'
  /** `show`, `help`, `version`, `action`, `monitor`, `exec`. */
  readonly what: string
}

export type TcCommand = QdiscCommand | ClassCommand | FilterCommand | ChainCommand | BatchCommand | OtherCommand

/** tc itself refuses; the kernel is not asked. */
export interface TcUsageError {
  readonly type: 'usage-error'
  /** What tc prints on standard error; without the help text that may follow. */
  readonly text: string
  /** tc exits with this: 1 or 255; of a batch see `endsBatch`. */
  readonly exit: number
  /** tc calls exit() there (invarg(), duparg(), incomplete commands): the batch ends at once, even with -force. */
  readonly endsBatch: boolean
}

/** A word decides that is not known. */
export interface TcUndecided {
  readonly type: 'undecided'
  /** How the word is written. */
  readonly word: string
  /** What it stands for: `object`, `dev`, `parent`, `prio`, `protocol`, ... */
  readonly role: string
  /** What is known all the same; null: nothing. */
  readonly object: 'qdisc' | 'class' | 'filter' | 'chain' | null
  readonly verb: TcVerb | null
  readonly dev: string | null
}

export type ParsedTc = TcCommand | TcUsageError | TcUndecided
