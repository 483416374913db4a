import type { Snapshot } from '../../stage/snapshot.ts'
import type { NodeFact } from '../../target/nodes.ts'
import type { ProxyFact } from '../../target/proxy.ts'
import type { Seen } from '../../target/seen.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { nameOf } from '../placed.ts'
import { fateOf } from './fates.ts'
import { endpointsSurvive, podsSurvive, servicesSurvive } from './survival.ts'

/** What a cluster was, and what it is. */
export interface Standing {
  readonly version: { readonly gitVersion: string }
  readonly nodes: Seen<readonly NodeFact[]>
  readonly proxies: readonly ProxyFact[]
  readonly dns: { readonly service: Seen<{ readonly backends: readonly { readonly name: string }[] }> }
}

/**
 * What is the same as before, what has changed as it may, and what has got worse: a line each, for the evidence of a report. What is
 * the same is only counted.
 */
export function comparison(
  [wasFacts, isFacts]: readonly [Standing, Standing],
  pairs: readonly (readonly [before: Snapshot, now: Snapshot])[],
  watched: Watched | undefined,
): string[] {
  const judged = pairs.flatMap(([before, now]) => [
    ...servicesSurvive(before, now),
    ...podsSurvive(before, now),
    ...endpointsSurvive(before, now),
  ])
  const worse = judged.filter((one) => one.verdict === 'non-conformant')
  const fates = pairs.flatMap(([before, now]) =>
    before.pods.filter((pod) => isKnownByName(pod.metadata?.ownerReferences)).map((pod) => fateOf(pod, now, watched)),
  )
  const replaced = pairs.flatMap(([before, now]) => {
    const there = new Set(now.pods.map((pod) => pod.metadata?.uid))
    const others = before.pods.filter((pod) => !isKnownByName(pod.metadata?.ownerReferences))
    return others.filter((pod) => !there.has(pod.metadata?.uid)).map((pod) => `Pod ${nameOf(pod)} was replaced`)
  })
  const changed = fates.filter((one) => one.fate !== 'same')
  return [
    `same: ${judged.length - worse.length} Services, Pods and lists of endpoints, and ${fates.length - changed.length} Pods of StatefulSets`,
    ...[...clusterChanges(wasFacts, isFacts), ...replaced].map((text) => `changed legitimately: ${text}`),
    ...changed.map(({ pod, was, is, fate, why }) => `${fate}: Pod ${pod}, ${was} before, ${is} now (${why})`),
    ...worse.map((one) => `regressed: ${one.backend}, ${one.expected} before, ${one.observed} now`),
  ]
}

/** Pods of other workloads have new names each time: that they are others says nothing. */
function isKnownByName(owners: readonly { kind: string }[] = []): boolean {
  return owners.some((one) => one.kind === 'StatefulSet')
}

function clusterChanges(was: Standing, is: Standing): string[] {
  const nodesOf = ({ nodes }: Standing): string[] =>
    nodes.seen ? nodes.value.map((one) => `kubelet of ${one.name} is ${one.kubelet}`) : []
  const proxiesOf = ({ proxies }: Standing): string[] =>
    proxies.map((one) => `proxy of ${one.node} is ${one.implementation} in mode ${one.mode}`)
  const dnsOf = ({ dns }: Standing): string[] =>
    dns.service.seen ? [`DNS servers are ${dns.service.value.backends.map((one) => one.name).join(', ')}`] : []
  const text = (one: Standing): string[] => [
    `API server is ${one.version.gitVersion}`,
    ...nodesOf(one),
    ...proxiesOf(one),
    ...dnsOf(one),
  ]
  const before = text(was)
  return text(is).filter((one) => !before.includes(one))
}
