/** What admission needs to know of a kind of queueing discipline. Source: its Qdisc_ops and Qdisc_class_ops. */
export interface QdiscKind {
  /** It has class operations; what has not takes neither filters nor children. */
  readonly classful: boolean
  /** tcf_block: filters hang on the discipline, on it and on each class, or nowhere. */
  readonly filters: 'none' | 'root' | 'all'
  /** `one`: whatever minor number is asked for. `unknown`: not told here. */
  readonly classes: 'none' | 'made' | 'one' | 'bands' | 'unknown'
  /** It has a change operation, so that options may be sent to an existing one. */
  readonly change: boolean
  /** init() refuses without options. */
  readonly needsOptions?: boolean
  /** Compared with the real kernel; the others follow from source alone. */
  readonly measured?: boolean
}

const CLASSLESS: QdiscKind = {classful: false, filters: 'none', classes: 'none', change: true}
const SHAPED: QdiscKind = {classful: true, filters: 'none', classes: 'one', change: true}
const FLOWS: QdiscKind = {classful: true, filters: 'root', classes: 'none', change: true}

const KINDS: Readonly<Record<string, QdiscKind>> = {
  htb: {classful: true, filters: 'all', classes: 'made', change: false, needsOptions: true, measured: true},
  tbf: {...SHAPED, needsOptions: true, measured: true},
  pfifo: {...CLASSLESS, measured: true},
  bfifo: {...CLASSLESS, measured: true},
  pfifo_head_drop: {...CLASSLESS, measured: true},
  pfifo_fast: {...CLASSLESS, change: false},
  noqueue: {...CLASSLESS, change: false, measured: true},
  // What a device that is down has.
  noop: {...CLASSLESS, change: false},
  blackhole: {...CLASSLESS, change: false},
  codel: CLASSLESS,
  fq: CLASSLESS,
  fq_pie: CLASSLESS,
  pie: CLASSLESS,
  hhf: CLASSLESS,
  plug: CLASSLESS,
  choke: CLASSLESS,
  gred: CLASSLESS,
  etf: {...CLASSLESS, change: false},
  hfsc: {classful: true, filters: 'all', classes: 'unknown', change: true},
  drr: {classful: true, filters: 'root', classes: 'unknown', change: false},
  qfq: {classful: true, filters: 'root', classes: 'unknown', change: false},
  ets: {classful: true, filters: 'root', classes: 'unknown', change: true},
  multiq: {classful: true, filters: 'root', classes: 'unknown', change: true},
  sfb: {classful: true, filters: 'root', classes: 'one', change: true},
  prio: {classful: true, filters: 'root', classes: 'bands', change: true},
  red: SHAPED,
  netem: SHAPED,
  cbs: SHAPED,
  skbprio: {classful: true, filters: 'none', classes: 'unknown', change: true},
  mq: {classful: true, filters: 'none', classes: 'unknown', change: false},
  mqprio: {classful: true, filters: 'none', classes: 'unknown', change: false},
  taprio: {classful: true, filters: 'none', classes: 'unknown', change: true},
  sfq: FLOWS,
  fq_codel: FLOWS,
  cake: FLOWS,
  ingress: {classful: true, filters: 'root', classes: 'one', change: false, measured: true},
  clsact: {classful: true, filters: 'root', classes: 'unknown', change: false, measured: true},
}

/** null: not a kind that is known here. */
export function qdiscKind(kind: string): QdiscKind | null {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? null) : null
}

/** Classifiers of Linux, of any version. */
export const CLASSIFIERS: ReadonlySet<string> = new Set([
  'basic',
  'bpf',
  'cgroup',
  'flow',
  'flower',
  'fw',
  'matchall',
  'route',
  'rsvp',
  'rsvp6',
  'tcindex',
  'u32',
])
