import type {RuleText} from './mark-change.js'

/** A target of iptables in a rule whose options are not seen. */
export interface Opaque {
  readonly family: string
  readonly target: string
  readonly where: RuleText
}

/** Targets of Linux (net/netfilter/xt_*.c, net/ipv4/netfilter/ipt_*.c, ebt_*.c) that leave the mark alone. */
const harmless = new Set(
  (
    'AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNSECMARK CT DNAT DNPT DSCP ECN HL IDLETIMER LED LOG MASQUERADE NAT NETMAP ' +
    'NFLOG NOTRACK RATEEST REDIRECT REJECT SAME SECMARK SNAT SNPT SYNPROXY TCPMSS TCPOPTSTRIP TEE TOS TRACE TTL ULOG ' +
    'ACCEPT DROP RETURN ERROR arpreply dnat log nflog redirect snat'
  ).split(' '),
)

/** Whether a target may set a packet's or a connection's mark; one that is not known may. */
export function xtTargetSetsMark(target: string): boolean {
  return !harmless.has(target)
}
