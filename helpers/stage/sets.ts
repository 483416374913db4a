/** A folder of fixtures that is staged as a whole, once, for every suite that only looks. */
export type SetName = 'headless' | 'redis'

/** The sets that the suites of an area look at. Areas whose look is the same share one: pods are the dear part of a run. */
export const setsOfArea: Readonly<Record<string, readonly SetName[]>> = {
  dns: ['headless'],
  services: ['headless'],
  endpoints: ['headless'],
  statefulset: ['headless'],
  proxy: ['headless'],
  redis: ['redis'],
}

/** Areas whose suites read the rules of the nodes, for which a privileged vantage is staged where it is admitted. */
export const areasOfNodeRules: readonly string[] = ['proxy']

/** The sets that these areas need, without doubles. Areas without an entry stage for themselves. */
export function setsFor(areas: Iterable<string>): SetName[] {
  return [...new Set([...areas].flatMap((area) => setsOfArea[area] ?? []))]
}
