/** `inet` is a table of nftables that sees both families. */
export type RuleFamily = 'ipv4' | 'ipv6' | 'inet'

/** A Service that a rule names in its comment, its chain or the chain it goes to. */
export interface ServiceName {
  readonly namespace: string
  readonly service: string
  /** The name of the Service's port; absent where the port has none. */
  readonly port?: string
}

/** An address that a rule looks for (`matched`) or puts in the place of another (`translated-to`). */
export interface RuleDestination {
  readonly role: 'matched' | 'translated-to'
  /** Canonical (RFC 5952 for IPv6); a CIDR where the rule means more than one host. */
  readonly address: string
  /** Absent where the rule takes every port, or a range. */
  readonly port?: number
  /** Lower case; absent where the rule takes every protocol. */
  readonly protocol?: string
}

/** One rule, one element of a map or set, or one virtual server. */
export interface RuleEntry {
  /** The dump that held it; chains of one name in two dumps are two chains. */
  readonly origin: string
  readonly family: RuleFamily
  readonly table: string
  /** The chain, map or set, or the virtual server. */
  readonly chain: string
  /** As the node printed it; elements and virtual servers in one line. */
  readonly text: string
  readonly names: readonly ServiceName[]
  readonly destinations: readonly RuleDestination[]
  /** The chains it goes to and what it does to a packet, such as `DNAT` or `REJECT`. */
  readonly targets: readonly string[]
}

/** What one node's kernel was told, as far as it was understood. */
export interface NodeRules {
  readonly mode: 'iptables' | 'nftables' | 'ipvs'
  /** The programs that printed the rules, with their versions. */
  readonly backend: string
  readonly entries: readonly RuleEntry[]
  /** Lines (objects, for JSON) that were not understood; a dump cut short counts as one more. */
  readonly unreadLines: number
}

/** The rules of several dumps of one node, such as those of both address families. */
export function joinRules(first: NodeRules, ...others: readonly NodeRules[]): NodeRules {
  const all = [first, ...others]
  return {
    mode: first.mode,
    backend: [...new Set(all.map((rules) => rules.backend).filter((backend) => backend !== ''))].join(', '),
    entries: all.flatMap((rules) => rules.entries),
    unreadLines: all.reduce((sum, rules) => sum + rules.unreadLines, 0),
  }
}
