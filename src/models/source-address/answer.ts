import type {Ipv6Route, PolicyRule} from '../../facts/network/namespace.js'

/** What a program asks of the kernel when it connects or sends without having bound an address. */
export interface SourceQuestion {
  /** IPv6 address in any valid form, without a zone. */
  readonly dest: string
  /** Name of the device that the socket is bound to, or that the address has as its zone. */
  readonly oif?: string
  /** SO_MARK, as a number of 32 bits. */
  readonly mark?: number
  /** IPV6_ADDR_PREFERENCES of the socket (RFC 5014); without it the `use_tempaddr` of each candidate's device decides. */
  readonly prefer?: 'temporary' | 'public'
  /** Of the socket's owner, for policy rules with a range of UIDs; without it, whether one matches is not known. */
  readonly uid?: number
}

/**
 * What decided: the first rule in which the chosen address differs from the runner-up
 * (ipv6_get_saddr_eval(), net/ipv6/addrconf.c), or what came before any rule.
 */
export type DecidingRule =
  /** `src` of the route: no rule is asked (ip6_route_get_saddr()). */
  | 'route-src'
  | 'only-candidate'
  /** Rule 1: the destination is an address of this host. */
  | 'same-address'
  | 'scope'
  | 'not-deprecated'
  | 'home-address'
  | 'outgoing-interface'
  | 'label'
  | 'privacy'
  | 'orchid'
  | 'longest-prefix'
  | 'not-optimistic'
  /** All rules were equal: the one that the kernel saw first. */
  | 'first-in-order'

export interface Candidate {
  readonly address: string
  readonly dev: string
  readonly prefixLength: number
}

/** errno of connect(2), with the reason. */
export interface SourceError {
  readonly code: 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'EADDRNOTAVAIL' | 'ENODEV'
  readonly why: string
}

export interface ChosenRoute {
  readonly route: Ipv6Route
  /** The policy rule that led to its table. */
  readonly rule: PolicyRule
  readonly dev: string
  readonly via: string | null
  /**
   * The next hops of a multipath route from which the hash of the flow picks one. Its key is secret: `dev` and `via`
   * are those of the first. Absent if there is no choice.
   */
  readonly among?: readonly {readonly dev: string; readonly via: string | null}[]
}

export interface SourceAnswer {
  readonly dest: string
  /** null: there is none, see `error`; or it is not known, see `unknowns`. */
  readonly source: Candidate | null
  /** null with a source: it is the same whatever the unknown is, but what decides is not. */
  readonly rule: DecidingRule | null
  /** The best of the others, and the rule in which it lost; null: there was no other, or which it is is not known. */
  readonly runnerUp: {readonly candidate: Candidate; readonly lostBy: DecidingRule} | null
  readonly route: ChosenRoute | null
  readonly error: SourceError | null
  /** What decides and is not known, in one line each. With one of them `source` and `error` are null. */
  readonly unknowns: readonly string[]
  /** With `unknowns`: what may come out, if the possibilities could be gone through. */
  readonly possible?: readonly (Candidate | SourceError)[]
}
