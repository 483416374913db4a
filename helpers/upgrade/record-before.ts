import { Problem } from '../errors.ts'
import { ofNode } from '../of-node.ts'
import type { QueryType } from '../probes/dns/message.ts'
import type { DnsServer } from '../probes/dns/outcome.ts'
import { Vantage, type VantagePod } from '../probes/vantage/vantage.ts'
import type { SetName } from '../stage/sets.ts'
import { readSnapshot, type Snapshot } from '../stage/snapshot.ts'
import type { StagedSet } from '../stage/staging.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { TargetFacts } from '../target/facts.ts'
import { list } from '../target/objects.ts'
import { eventually, whenExpired } from '../wait.ts'
import { type Before, beforeSchema, type RevisionBefore } from './before.ts'
import { coming } from './budgets.ts'
import { isOwn, ownOf } from './own.ts'
import { recordAnswers } from './record-answers.ts'
import { markVolumes, recordRedis } from './record-redis.ts'
import { untoldOf } from './settled.ts'
import { known } from './targets.ts'
import { truthOf } from './truth.ts'

export interface Recording {
  readonly api: KubernetesApi
  /** Id of the run that has staged it. */
  readonly id: string
  readonly facts: TargetFacts
  readonly sets: readonly (Pick<StagedSet, 'namespace'> & { readonly set: SetName })[]
  readonly vantages: readonly VantagePod[]
  /** DNS servers by node. */
  readonly servers: Readonly<Record<string, readonly DnsServer[]>>
  /** The registry that images are taken from, if one was given. */
  readonly imagesFrom?: string | undefined
  readonly signal: AbortSignal
}

/** Writes down all that is so of a fixture that stays. @throws Problem where it is not yet as it is to be. */
export async function recordBefore(recording: Recording): Promise<Before> {
  const { api, id, facts, sets, vantages, servers, imagesFrom, signal } = recording
  const redis = sets.find((one) => one.set !== 'upgrade')
  const members = redis === undefined ? [] : await membersOf(api, redis.namespace, signal)
  const place = { api, namespace: redis?.namespace ?? '', pods: members, signal }
  const marks = redis?.set === 'upgrade-redis-kept' ? await markVolumes(place, id) : []
  const standings = members.length === 0 ? [] : await recordRedis(place)
  const snapshots = new Map<SetName, Snapshot>()
  for (const { set, namespace } of sets) snapshots.set(set, plain(await settled(api, namespace, signal)))
  const names = Object.keys(truthOf([...snapshots.values()], facts.dns.clusterDomain, Date.now()).addresses)
  const types = facts.families.map((family): QueryType => (family === 'IPv6' ? 'AAAA' : 'A'))
  const sights = vantages.map((pod) => new Vantage(api, pod))
  try {
    return {
      schema: beforeSchema,
      id,
      taken: new Date().toISOString(),
      facts,
      sets: sets.map(({ set, namespace }) => ({ set, namespace })),
      ...(imagesFrom === undefined ? {} : { imagesFrom }),
      snapshots: Object.fromEntries(snapshots),
      revisions: await revisionsOf(recording),
      answers: await recordAnswers(sights, (node) => ofNode(servers, node) ?? [], names, types),
      marks,
      redis: standings,
    }
  } finally {
    for (const sight of sights) sight.close()
  }
}

/** A set once its EndpointSlices tell of every Pod that is Ready: what they are about to tell is no change that an upgrade has made. */
async function settled(api: KubernetesApi, namespace: string, signal: AbortSignal): Promise<Snapshot> {
  return eventually<Snapshot>(
    async () => {
      const snapshot = ownOf(await readSnapshot(api, namespace, { besides: ['statefulSets', 'claims'], signal }))
      const untold = untoldOf(snapshot)
      return untold === undefined ? { done: true, value: snapshot } : { done: false, saw: untold }
    },
    { reason: `EndpointSlices to tell what is so in ${namespace}`, deadline: coming.ms, signal },
  ).catch(
    whenExpired(({ message }) => {
      throw new Problem(`The cluster is not sound before the upgrade: ${message}; see what npm test says of it.`)
    }),
  )
}

async function membersOf(api: KubernetesApi, namespace: string, signal: AbortSignal): Promise<string[]> {
  const pods = await list(api, 'pods', { namespace, signal })
  const own = pods
    .map((pod) => pod.metadata?.name ?? '')
    .filter((name) => /^\d+$/.test(name.slice(known.governing.length + 1)))
  return own.filter((name) => name.startsWith(`${known.governing}-`)).sort()
}

async function revisionsOf({ api, sets, signal }: Recording): Promise<RevisionBefore[]> {
  const namespaces = [...new Set(sets.map((one) => one.namespace))]
  const all = await Promise.all(namespaces.map((namespace) => list(api, 'controllerrevisions', { namespace, signal })))
  return all.flat().flatMap(({ metadata, revision }) => {
    const owner = (metadata?.ownerReferences ?? []).find((one) => one.kind === 'StatefulSet')
    return owner === undefined || !isOwn({ metadata: { name: owner.name } })
      ? []
      : [{ set: owner.name, name: metadata?.name ?? '', revision }]
  })
}

/** Without what changes with every write and tells nothing of what is so. */
function plain(snapshot: Snapshot): Snapshot {
  const text = JSON.stringify(snapshot, (key, value: unknown) => (key === 'managedFields' ? undefined : value))
  return JSON.parse(text) as Snapshot
}
