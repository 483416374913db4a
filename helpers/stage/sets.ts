import type { Right } from '../target/access.ts'

/**
 * Folders of fixtures. Each is staged as a whole, once, if a selected suite names it: pods are the dear part of a run. Those of
 * `upgrade` are staged by `rollcall before`, and stay; of the two with Redis one or the other, whose objects have the same names.
 */
export const setNames = [
  'changing',
  'claims',
  'crowds',
  'failover',
  'fresh',
  'headless',
  'redis',
  'resolvers',
  'slices',
  'upgrade',
  'upgrade-redis',
  'upgrade-redis-kept',
  'volumes',
] as const
export type SetName = (typeof setNames)[number]

/** Sets in which each suite has objects of its own, and alone changes them. At all others suites only look. */
export const changingSets: readonly SetName[] = ['changing', 'claims', 'crowds', 'failover', 'fresh', 'volumes']

/** Sets that stand since before an upgrade, and are taken over as they are. */
export const stayingSets: readonly SetName[] = ['upgrade', 'upgrade-redis', 'upgrade-redis-kept']

/** Sets whose Pods keep something in volumes: they are staged where the cluster has a default StorageClass. */
export const setsWithVolumes: readonly SetName[] = ['upgrade-redis-kept', 'volumes']

/** Areas whose suites look at the nodes themselves, for which a privileged vantage is staged where it is admitted. */
export const areasOfNodeRules: readonly string[] = ['proxy', 'resolver', 'upgrade']

const onClaims: readonly Right[] = ['list', 'delete'].map((verb) => ({ verb, resource: 'persistentvolumeclaims' }))

/** Slices, and Endpoints beside them, which tell where a server knows none of the slices (helpers/unread-slices.ts). */
const byHand: readonly Right[] = [
  { verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices' },
  { verb: 'patch', resource: 'endpoints' },
]

/**
 * Rights that a set takes beyond those of every run. A namespace's admin has not all of them: hand-made slices are kept from
 * them (rbac `system:aggregate-to-edit`, CVE-2021-25740).
 */
export const rightsForSet: Readonly<Partial<Record<SetName, readonly Right[]>>> = {
  claims: onClaims,
  crowds: byHand,
  fresh: [...byHand, { verb: 'delete', resource: 'endpoints' }],
  slices: byHand,
  'upgrade-redis-kept': [{ verb: 'list', resource: 'persistentvolumeclaims' }],
  volumes: onClaims,
}
