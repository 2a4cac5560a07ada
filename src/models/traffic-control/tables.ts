import {MinHeap} from './min-heap.js'
import type {Handle} from './types.js'

/** The kernel's tables as far as admission looks at them; changed in place by the functions beside this file. */
export interface Device {
  readonly name: string
  root: Qdisc
  ingress: Qdisc | null
  /** dev_ingress_queue(): made by the first command that adds or changes something there. null: not known. */
  ingressQueue: boolean | null
  /** Disciplines below the root and the root itself, by major number; those whose number is the kernel's are left out. */
  readonly byMajor: Map<number, Qdisc>
  /** How many have a number that the kernel chose. */
  automatic: number
  /** Why the tree below `root` is not known; null: it is. */
  rootDoubt: string | null
  ingressDoubt: string | null
  classDoubt: Doubt
  filterDoubt: Doubt
}

/** What was there before `since` may have changed. */
export interface Doubt {
  since: number
  why: string
}

export interface Qdisc {
  readonly device: Device
  /** null: the default of the device, which is not known. */
  readonly kind: string | null
  /** 0x10000 for `1:`; 0: the device's or class's default. Without meaning if `automatic`. */
  readonly handle: Handle
  readonly automatic: boolean
  readonly parent: Handle
  /** qdisc_alloc() .. qdisc_graft(): levels above. */
  depth: number
  /** By minor number. */
  readonly classes: Map<number, Class>
  /** Of kinds with one class or none: what hangs there. */
  child: Qdisc | null
  /** By band of prio. */
  readonly bandChildren: Map<number, Qdisc>
  block: Block | null
  egress: Block | null
  u32: U32Common | null
  /** Priorities with filters in blocks of classes, for which alone tc_bind_tclass() does anything. */
  classTps: number
  defaultClass: number | null
  bands: number | null
  readonly born: number
}

export interface Class {
  readonly minor: number
  readonly qdisc: Qdisc
  readonly parent: Class | null
  /** 0: a leaf; TC_HTB_MAXDEPTH - 1 and less above. */
  level: number
  children: number
  /** Filters bound to it, by which htb_delete() finds it in use. */
  bound: number
  readonly block: Block | null
  /** null: the default of a leaf. */
  leaf: Qdisc | null
}

export interface Block {
  /** 0: not shared. */
  readonly index: number
  readonly qdisc: Qdisc | null
  /** Disciplines that share it. */
  owners: number
  /** It hangs on a class of the discipline. */
  readonly ofClass: boolean
  readonly chains: Map<number, Chain>
  readonly born: number
  doubt: string | null
}

export interface Chain {
  readonly index: number
  readonly block: Block
  readonly tps: Map<number, Tp>
  /** Priorities from 0x8000 on, among which the kernel chooses. */
  readonly high: MinHeap
  /** `tc chain add`. */
  explicit: boolean
  /** Flushed while something else kept it, after which the kernel takes no new filter. */
  flushing: boolean
  /** Actions that go to it. */
  actions: number
  template: string | null
  /** Priorities whose filters are not known, and why. */
  readonly maybe: Map<number, string>
}

/** A struct tcf_proto: all filters of a priority. */
export interface Tp {
  readonly chain: Chain
  readonly prio: number
  readonly protocol: number
  readonly kind: string
  /** Without those of u32. */
  readonly filters: Map<number, Filter>
  readonly keys: Map<string, Filter>
  readonly next: {hint: number}
  root: HashTable | null
}

/** Key of a filter of flower that is not known. */
export const UNKNOWN_KEY = '?'

export interface Filter {
  readonly handle: number
  classId: Handle | null
  bound: Class | null
  link: HashTable | null
  gotoChains: readonly Chain[]
  key: string
}

/** A struct tc_u_common: what all u32 filters of a discipline, or of a shared block, have in common. */
export interface U32Common {
  users: number
  knodes: number
  /** Newest first in the kernel; here in the order of making. */
  readonly tables: Map<number, HashTable>
  readonly ids: Set<number>
  /** Of those, the ones that the kernel chooses among. */
  lowIds: number
  nextId: number
  /** A command made a table of a number among which the kernel chooses. */
  manual: boolean
  /** The kernel has chosen since: kernels differ in whether they heed the numbers of such tables. */
  uncertain: boolean
}

export interface HashTable {
  readonly handle: number
  readonly prio: number
  readonly isRoot: boolean
  /** Buckets. */
  readonly divisor: number
  /** By full handle. */
  readonly knodes: Map<number, Filter>
  /** By bucket and half of its numbers: none below is free. */
  readonly hints: Map<number, number>
  /** Filters that link to it. */
  links: number
  /** One did once; the kernel forgets it some time later. */
  wasLinked: boolean
}

export function newBlock(index: number, qdisc: Qdisc | null, born: number, ofClass = false): Block {
  return {index, qdisc, owners: 1, ofClass, chains: new Map(), born, doubt: null}
}

export function newChain(block: Block, index: number): Chain {
  return {
    index,
    block,
    tps: new Map(),
    high: new MinHeap(),
    explicit: false,
    flushing: false,
    actions: 0,
    template: null,
    maybe: new Map(),
  }
}

export function newQdisc(
  device: Device,
  of: {
    kind: string | null
    handle: Handle
    automatic: boolean
    parent: Handle
    born: number
  },
): Qdisc {
  return {
    ...of,
    device,
    depth: 0,
    classes: new Map(),
    child: null,
    bandChildren: new Map(),
    block: null,
    egress: null,
    u32: null,
    classTps: 0,
    defaultClass: null,
    bands: null,
  }
}
