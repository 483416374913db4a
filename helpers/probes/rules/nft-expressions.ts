import { canonicalAddress } from './addresses.ts'

/** A node of the JSON that nft prints; read by probing, since its shape differs between versions. */
export type Json = unknown

export function fieldOf(value: Json, name: string): Json {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, Json>>)[name]
    : undefined
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

/** An element without the wrapper that carries its comment, counters or time-out. */
export function unwrapped(value: Json): Json {
  const inner = fieldOf(fieldOf(value, 'elem'), 'val')
  return inner === undefined ? value : inner
}

/** The parts of a concatenation; a plain value is one part. */
export function partsOf(value: Json): readonly Json[] {
  const parts = fieldOf(unwrapped(value), 'concat')
  return parts === undefined ? [unwrapped(value)] : listOf(parts)
}

/** The alternatives of the right side of a match: the members of an inline set, or the one value. */
export function alternativesOf(value: Json): readonly Json[] {
  const members = fieldOf(value, 'set')
  return members === undefined ? [value] : listOf(members)
}

/** A host or CIDR in canonical spelling; undefined for a range, a name of a set or anything else. */
export function addressIn(value: Json): string | undefined {
  if (typeof value === 'string') return canonicalAddress(value)
  const [address, length] = [fieldOf(fieldOf(value, 'prefix'), 'addr'), fieldOf(fieldOf(value, 'prefix'), 'len')]
  return typeof address === 'string' && typeof length === 'number'
    ? canonicalAddress(`${address}/${length}`)
    : undefined
}

/** What an expression reads from a packet, as far as it matters here. */
export function selectorOf(value: Json): 'address' | 'port' | 'protocol' | undefined {
  const field = fieldOf(fieldOf(value, 'payload'), 'field')
  if (field === 'daddr') return 'address'
  if (field === 'dport') return 'port'
  return fieldOf(fieldOf(value, 'meta'), 'key') === 'l4proto' || field === 'protocol' || field === 'nexthdr'
    ? 'protocol'
    : undefined
}

/** Chains that a verdict goes to, and what else it does, in capitals. */
export function verdictTargets(verdict: Json): readonly string[] {
  if (typeof verdict !== 'object' || verdict === null) return []
  return Object.entries(verdict).flatMap(([kind, detail]) => {
    const target = fieldOf(detail, 'target')
    if (kind === 'jump' || kind === 'goto') return typeof target === 'string' ? [target] : []
    return /^(dnat|snat|redirect|tproxy|masquerade|reject|drop|accept|return|queue)$/.test(kind)
      ? [kind.toUpperCase()]
      : []
  })
}

/** Every string inside a value, such as the names of the sets that an expression looks up. */
export function stringsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
