import type { Right } from '../target/access.ts'

/** Folders of fixtures. Each is staged as a whole, once, if a selected suite names it: pods are the dear part of a run. */
export const setNames = ['changing', 'crowds', 'failover', 'fresh', 'headless', 'redis', 'resolvers', 'slices'] as const
export type SetName = (typeof setNames)[number]

/** Sets in which each suite has objects of its own, and alone changes them. At all others suites only look. */
export const changingSets: readonly SetName[] = ['changing', 'crowds', 'failover', 'fresh']

/** Areas whose suites look at the nodes themselves, for which a privileged vantage is staged where it is admitted. */
export const areasOfNodeRules: readonly string[] = ['proxy', 'resolver']

/**
 * Rights that a set takes beyond those of every run. A namespace's admin has not all of them: hand-made slices are kept from
 * them (rbac `system:aggregate-to-edit`, CVE-2021-25740).
 */
export const rightsForSet: Readonly<Partial<Record<SetName, readonly Right[]>>> = {
  crowds: [{ verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices' }],
  fresh: [{ verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices' }],
  slices: [
    { verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices' },
    { verb: 'patch', resource: 'endpoints' },
  ],
}
