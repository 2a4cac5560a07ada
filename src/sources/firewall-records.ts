/** Parts of the kernel that hold firewall rules. Where one is not loaded there are no rules of its kind. */
export type FirewallSubsystem = 'nf_tables' | 'ip_tables' | 'ip6_tables'

/** Programs that print rules, by what they print. */
export type FirewallTool =
  | 'nft'
  | 'nft-json'
  | 'iptables-nft-save'
  | 'ip6tables-nft-save'
  | 'iptables-legacy-save'
  | 'ip6tables-legacy-save'

/**
 * `firewall-rules`: the rules of the network namespace that netdoctor runs in, as each tool prints them. A line for
 * each subsystem, then one for each tool.
 */
export type FirewallRecord =
  | {
      readonly t: 'subsystem'
      readonly name: FirewallSubsystem
      /** `empty`: it is there, and holds no rules. `unknown`: asking could load it, so nobody was asked. */
      readonly state: 'rules' | 'empty' | 'absent' | 'unknown'
      /** What showed it. */
      readonly by: string
    }
  | {readonly t: 'rules'; readonly tool: FirewallTool; readonly argv: readonly string[]; readonly text: string}
  | {
      readonly t: 'unread'
      readonly tool: FirewallTool
      readonly reason: 'absent' | 'not-collected' | 'denied' | 'timeout' | 'truncated' | 'unsupported' | 'invalid'
      readonly detail: string
    }
