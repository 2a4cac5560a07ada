import type {PolicyRule, Prefix} from './namespace.js'
import {ipProtocol, routeProtocol, routeTypeName, tableNumber} from './numbers.js'
import {prefixOf, withLength} from './prefix.js'
import {hasFlag, mapRows, numberOf, type Row, type Rows, readRows, stringOf} from './rows.js'

/** Keys of print_rule() in ip/iprule.c that are read here, or that do not decide whether a rule matches. */
const known = new Set(
  `priority not src srclen dst dstlen tos fwmark fwmask iif iif_detached oif oif_detached l3mdev uid_start uid_end
  ipproto sport sport_start sport_end dport dport_start dport_end table suppress_prefixlen suppress_ifgroup
  flow_from flow_to goto unresolved nop action protocol`.split(/\s+/),
)

const actions = ['blackhole', 'unreachable', 'prohibit'] as const

/** `ip -j -d -6 rule show`, in the order of the kernel's list. */
export function parseRules(text: string): Rows<PolicyRule> {
  return mapRows(readRows(text), toRule)
}

function toRule(row: Row): PolicyRule | undefined {
  const priority = numberOf(row.priority)
  const src = selector(row.src, row.srclen)
  const dst = selector(row.dst, row.dstlen)
  const table = row.table === undefined ? null : tableNumber(row.table)
  if (priority === undefined || src === undefined || dst === undefined || table === undefined) return undefined
  const mark = row.fwmark === undefined && row.fwmask === undefined ? null : markOf(row)
  if (mark === undefined) return undefined
  const others = Object.keys(row).filter((key) => !known.has(key) && !isWholePort(key, row[key]))
  const action = actionOf(row)
  // FR_ACT_* that this version does not know: whether it matters is not known.
  if (action === undefined) others.push(`action ${stringOf(row.action) ?? '?'}`)
  const uidStart = numberOf(row.uid_start)
  const uidEnd = numberOf(row.uid_end)
  return {
    priority,
    not: hasFlag(row, 'not'),
    src,
    dst,
    iif: stringOf(row.iif) ?? null,
    oif: stringOf(row.oif) ?? null,
    fwmark: mark?.mark ?? null,
    fwmask: mark?.mask ?? null,
    table,
    action: action ?? 'nop',
    goto: numberOf(row.goto) ?? null,
    suppressPrefixLength: numberOf(row.suppress_prefixlen) ?? null,
    suppressIfgroup: row.suppress_ifgroup === undefined ? null : String(row.suppress_ifgroup),
    l3mdev: 'l3mdev' in row,
    uidRange: uidStart === undefined || uidEnd === undefined ? null : [uidStart, uidEnd],
    ipProto: ipProtocol(row.ipproto),
    sport: portsOf(row, 'sport'),
    dport: portsOf(row, 'dport'),
    dsfield: row.tos === undefined ? null : String(row.tos),
    others,
    protocol: routeProtocol(row.protocol),
  }
}

/** null: any address. */
function selector(address: unknown, length: unknown): Prefix | null | undefined {
  if (address === undefined || (address === 'all' && length === undefined)) return null
  return withLength(address, length) ?? prefixOf(length === undefined ? address : undefined)
}

/** Without a mask all bits count; without a mark it is 0 (fib_nl_fill_rule() leaves out a mark of 0). */
function markOf(row: Row): {readonly mark: number; readonly mask: number} | undefined {
  const mark = row.fwmark === undefined ? 0 : numberOf(row.fwmark)
  const mask = row.fwmask === undefined ? 0xffff_ffff : numberOf(row.fwmask)
  return mark === undefined || mask === undefined ? undefined : {mark, mask}
}

function actionOf(row: Row): PolicyRule['action'] | undefined {
  if (row.goto !== undefined) return 'goto'
  if ('nop' in row) return 'nop'
  if (row.action === undefined) return 'lookup'
  const name = routeTypeName(row.action)
  return actions.find((each) => each === name)
}

/** A mask that changes nothing, as newer kernels give with every port. */
function isWholePort(key: string, value: unknown): boolean {
  return (key === 'sport_mask' || key === 'dport_mask') && numberOf(value) === 0xffff
}

function portsOf(row: Row, name: 'sport' | 'dport'): string | null {
  if (row[name] !== undefined) return String(row[name])
  const start = row[`${name}_start`]
  return start === undefined ? null : `${String(start)}-${String(row[`${name}_end`])}`
}
