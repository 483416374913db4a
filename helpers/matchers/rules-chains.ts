import type { RuleEntry } from '../probes/rules/node-rules.ts'

/** The chains of a node, to be followed. */
export interface RuleChains {
  /** The entry and all that a packet may meet after it, each once. */
  from(entry: RuleEntry): readonly RuleEntry[]
}

function keyOf(entry: RuleEntry, chain: string): string {
  return JSON.stringify([entry.origin, entry.family, entry.table, chain])
}

/** Indexes entries by their chain; a chain is one of a dump, family and table, since names repeat between those. */
export function ruleChains(entries: readonly RuleEntry[]): RuleChains {
  const chains = new Map<string, RuleEntry[]>()
  for (const entry of entries) {
    const key = keyOf(entry, entry.chain)
    const chain = chains.get(key)
    if (chain === undefined) chains.set(key, [entry])
    else chain.push(entry)
  }
  return {
    from(entry) {
      const met = new Set([entry])
      const entered = new Set<string>()
      // A set grows while it is walked, so this reaches every chain once, loops or not.
      for (const current of met) {
        for (const key of current.targets.map((target) => keyOf(current, target))) {
          if (entered.has(key)) continue
          entered.add(key)
          for (const next of chains.get(key) ?? []) met.add(next)
        }
      }
      return [...met]
    },
  }
}
