import { type Ranged, ranged, unranged } from './ranges.ts'

/** Values that may come more than once, each told once: `{"$": n}` stands for the n-th of `values`. */
export interface Interned {
  readonly values: readonly unknown[]
  readonly root: unknown
}

/** Characters of JSON from which on a value is told once; shorter ones cost no more than a pointer to them. */
const worthwhile = 40

/** Tells equal parts of a JSON value once, long texts line by line, and crowds of addresses as ranges. */
export function intern(value: unknown): Interned {
  const values: unknown[] = []
  const places = new Map<string, number>()
  const told = (part: unknown): unknown => {
    const json = JSON.stringify(part)
    if (json.length < worthwhile) return part
    const known = places.get(json)
    if (known !== undefined) return { $: known }
    const place = values.push(part) - 1
    places.set(json, place)
    return { $: place }
  }
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return part.includes('\n') ? told({ $text: part.split('\n').map(told) }) : told(part)
    if (Array.isArray(part)) return told(ranged(part) ?? part.map(visit))
    if (typeof part !== 'object' || part === null) return part
    if ('$like' in part || '$' in part || '$text' in part)
      throw new Error('a key of the recording looks like a pointer')
    return told(Object.fromEntries(Object.entries(part).map(([key, child]) => [key, visit(child)])))
  }
  const root = visit(value)
  return { values, root }
}

/** The value that was interned. Equal parts are one object: change copies of them. */
export function resolve({ values, root }: Interned): unknown {
  const resolved: unknown[] = []
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit)
    if (typeof part !== 'object' || part === null) return part
    // A value points only at those before it.
    if ('$' in part) return resolved[Number(part.$)]
    if ('$like' in part) return unranged(part as Ranged)
    if ('$text' in part && Array.isArray(part.$text)) return part.$text.map(visit).join('\n')
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, visit(child)]))
  }
  for (const value of values) resolved.push(visit(value))
  return visit(root)
}
