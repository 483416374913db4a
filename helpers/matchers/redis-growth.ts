import type { StandingLook } from '../redis-sessions.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { isReady } from '../target/objects.ts'
import { podsOfSet } from './identity.ts'
import { atRedis } from './redis.ts'
import { standingAt } from './redis-links.ts'
import { serviceNamed } from './truth.ts'

/** Seconds for which a server has to have run before it means something that its Pod is not ready. */
const settled = 3

/**
 * Decides redis.bootstrap.unready: Pods that are ready once they have found each other are ready where their Service publishes
 * them before that, and never where it does not: each waits for the name of another.
 */
export function readyIfPublished(snapshot: Snapshot, set: string, looks: readonly StandingLook[]): Observation[] {
  const found = snapshot.statefulSets?.find((one) => one.metadata?.name === set)
  const published = serviceNamed(snapshot, found?.spec?.serviceName ?? '').spec?.publishNotReadyAddresses === true
  const pods = podsOfSet(snapshot, set)
  const wanted = found?.spec?.replicas ?? 1
  if (pods.length !== wanted || wanted < 2)
    return [atRedis(set, 'inconclusive', `${wanted} Pods, more than one`, `${pods.length}`)]
  const expected = published
    ? 'Ready, since Pods are published before they are'
    : 'not Ready, since no Pod is published before it is'
  return pods.map((pod) => {
    const name = pod.metadata?.name ?? ''
    const told = standingAt(looks, name)
    if (told === undefined) return atRedis(name, 'inconclusive', expected, `${name} did not tell`)
    const link = told.role === 'master' ? `connected_slaves:${told.connectedReplicas}` : linkText(told.masterLinkStatus)
    const observed = `${isReady(pod) ? 'Ready' : 'not Ready'}, ${link}`
    if (!published && !isReady(pod) && (told.uptimeSeconds ?? 0) < settled)
      return atRedis(name, 'inconclusive', expected, `${observed}, after ${told.uptimeSeconds ?? 0} s`)
    return atRedis(name, isReady(pod) === published ? 'conformant' : 'non-conformant', expected, observed)
  })
}

function linkText(status: string | undefined): string {
  return `master_link_status:${status ?? 'not told'}`
}
