import type { Right } from '../target/access.ts'

/**
 * A folder of fixtures that is staged as a whole, once. Suites only look at a set, but for `changing`, where each suite has
 * objects of its own, and alone changes them.
 */
export type SetName = 'changing' | 'headless' | 'redis' | 'resolvers' | 'slices'

/** The sets that the suites of an area look at. Areas whose look is the same share one: pods are the dear part of a run. */
export const setsOfArea: Readonly<Record<string, readonly SetName[]>> = {
  dns: ['headless', 'slices', 'changing'],
  services: ['headless'],
  endpoints: ['headless', 'slices', 'changing'],
  statefulset: ['headless'],
  proxy: ['headless'],
  redis: ['redis'],
  resolver: ['headless'],
}

/** Areas whose suites read the rules of the nodes, for which a privileged vantage is staged where it is admitted. */
export const areasOfNodeRules: readonly string[] = ['proxy']

/**
 * Rights that a set takes beyond those of every run. A namespace's admin has not all of them: hand-made slices are kept from
 * them (rbac `system:aggregate-to-edit`, CVE-2021-25740).
 */
export const rightsForSet: Readonly<Partial<Record<SetName, readonly Right[]>>> = {
  slices: [
    { verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices' },
    { verb: 'patch', resource: 'endpoints' },
  ],
}

/** The sets that these areas need, without doubles. Areas without an entry stage for themselves. */
export function setsFor(areas: Iterable<string>): SetName[] {
  return [...new Set([...areas].flatMap((area) => setsOfArea[area] ?? []))]
}
