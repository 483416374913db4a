/**
 * Pairs of a vantage and a DNS backend up to which every vantage asks every backend. Each costs the API server an exec for each worker,
 * and the run an answer to every question.
 */
export const mostPairs = 64
/** How many backends each vantage asks, and how many vantages ask each backend: with one there is nobody to disagree with. */
const fewest = 2

/**
 * The backends that one of many vantages asks: all of them on a small cluster; on a large one some, in turn, so that each is asked from
 * about as many nodes as any other. `index` is the vantage's place among all `vantages`.
 */
export function backendsInTurn<T>(backends: readonly T[], index: number, vantages: number): readonly T[] {
  const shared = Math.ceil(Math.max(mostPairs, fewest * backends.length) / vantages)
  const count = Math.max(fewest, shared)
  if (count >= backends.length) return backends
  const first = index * count
  return Array.from({ length: count }, (_, nth) => backends[(first + nth) % backends.length] as T)
}
