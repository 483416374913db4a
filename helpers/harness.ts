import { test as base } from 'vitest'
import { Lookout, StageView } from './look.ts'
import type { Observation } from './report/record.ts'
import './report/task-meta.ts'
import './roll.ts'
import { propagationWindow, settle } from './settle.ts'
import type { Hands } from './stage/hands.ts'
import type { SetName } from './stage/sets.ts'

export { describe } from 'vitest'
export type { Lookout, StageView } from './look.ts'
export { nameError, noAddress, noData, noRecord } from './matchers/absence.ts'
export { answersExactly, slicesHoldPods } from './matchers/addresses.ts'
export { acceptedAs, refusedFor, warnedOf } from './matchers/admission.ts'
export { answersAlike, backendsAgree } from './matchers/alike.ts'
export { readyFollowsPods, servingFollowsPods, terminatingFollowsPods } from './matchers/conditions.ts'
export { reachedDirectly } from './matchers/direct.ts'
export { endpointsArePods, hostnamesFollowSubdomain, nodesAndZones } from './matchers/endpoints.ts'
export { controllerWritesNone, slicesAreAsWritten } from './matchers/hand-made.ts'
export {
  hostnamesAreNames,
  ordinalsNamePods,
  podIndexLabels,
  podNameLabels,
  podNames,
  podsOfSet,
} from './matchers/identity.ts'
export { endpointsFollowPods } from './matchers/legacy-endpoints.ts'
export { isMirrored, isNotMirrored, mirrorsHostnamesAndReadiness, writtenAddresses } from './matchers/mirroring.ts'
export { controllerManages, headlessIsLabelled, slicesNameService } from './matchers/own-slices.ts'
export { pointsOnlyTo, pointsTo, reverseName } from './matchers/pointers.ts'
export { portsAreTargets } from './matchers/ports.ts'
export { judgeLinks, judgeRoles } from './matchers/redis.ts'
export { judgePropagation, judgeReadonlyError, judgeReadonlyNoEffect } from './matchers/redis-writes.ts'
export { judgeClusterIpProgrammed } from './matchers/rules-clusterip.ts'
export { judgeHeadlessUnprogrammed } from './matchers/rules-headless.ts'
export { versionTold } from './matchers/schema-version.ts'
export { clusterIpTwin, hasNoAddress, headlessService } from './matchers/services.ts'
export { holdsLivePodsOnly, holdsNoPorts, isPlaceholder, noneIsTwice } from './matchers/slice-contents.ts'
export { labelsAreCopied, triggerTimesAreTold } from './matchers/slice-metadata.ts'
export { srvCounts, srvEndpoints, srvIn } from './matchers/srv.ts'
export { srvTargets } from './matchers/srv-targets.ts'
export * from './matchers/truth.ts'
export { ttlBounded } from './matchers/ttl.ts'
export type { Observation } from './report/record.ts'
export type { Hands } from './stage/hands.ts'
export { isReady, type KubernetesObject } from './target/objects.ts'

/** The specifications that requirements cite. */
export const specs = {
  dns: 'kubernetes/dns specification 1.1.0',
  services: 'kubernetes.io/docs/concepts/services-networking/service',
  service: 'v1 Service',
  endpoints: 'v1 Endpoints',
  endpointSlice: 'discovery.k8s.io/v1 EndpointSlice',
  pod: 'v1 Pod',
  statefulSet: 'apps/v1 StatefulSet',
  redis: 'redis.io/docs/management/replication',
} as const

/** The cluster does not keep the requirement. */
class NonConformance extends Error {
  override readonly name = 'NonConformance'
}

/** It could not be seen whether the cluster keeps the requirement. */
class Inconclusive extends Error {
  override readonly name = 'Inconclusive'
}

/** A requirement that this cluster cannot show; say why in one sentence. */
export function notApplicable(reason: string): Observation[] {
  return [
    {
      vantage: '',
      backend: '',
      hop: 'pod',
      verdict: 'not-applicable',
      expected: 'something to judge',
      observed: reason,
    },
  ]
}

const withLookout = base.extend(
  'lookout',
  { scope: 'worker' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from this pattern
  async ({}, { onCleanup }: { onCleanup(close: () => void): void }) => {
    const lookout = Lookout.open()
    onCleanup(() => lookout.close())
    return lookout
  },
)

/** How a requirement is decided, beyond looking. */
export interface Deciding {
  /**
   * Changes the stage first, and returns when the API shows the change: what is looked at has a propagation window from
   * then on. It brings about all that it needs, whatever a test before it has left, and is not played on recordings.
   */
  readonly after?: (hands: Hands) => Promise<void>
}

/** What a suite's tests are handed, for one staged set. */
function lookingAt(set: SetName) {
  return withLookout
    .extend('stage', async ({ lookout }) => new StageView(lookout, set))
    .extend(
      'decide',
      async ({ stage, lookout, task, signal }) =>
        async (look: () => Promise<readonly Observation[]>, { after }: Deciding = {}) => {
          if (stage.staged.refusal !== undefined) {
            task.meta.observations = notApplicable(stage.staged.refusal)
            return
          }
          await after?.(stage.hands(signal))
          const changedAt = after === undefined ? stage.staged.readyAt : Date.now()
          const until = changedAt + propagationWindow
          const lookAtAll = async (): Promise<Observation[]> => {
            lookout.recorder?.rewind()
            return lookout.withBackends(await look())
          }
          const { judgement, observations } = await settle(lookAtAll, { until, signal }).finally(() => {
            if (lookout.recorder !== undefined) task.meta.tape = lookout.recorder.tape()
          })
          task.meta.observations = observations
          if (judgement.verdict === 'non-conformant') task.meta.evidence = await stage.evidence()
          if (judgement.verdict === 'non-conformant') throw new NonConformance(judgement.reason)
          if (judgement.verdict === 'inconclusive') throw new Inconclusive(judgement.reason)
        },
    )
}

// vitest keeps a worker fixture per extended `test`: only files that share one share its open channels.
const tests = {
  changing: lookingAt('changing'),
  headless: lookingAt('headless'),
  redis: lookingAt('redis'),
  resolvers: lookingAt('resolvers'),
  slices: lookingAt('slices'),
} as const

/**
 * The `test` of a suite that looks at one staged set. Besides vitest's own context it offers `lookout` (vantages, DNS view,
 * facts), `stage` (the set's namespace and truth) and `decide`, which looks until the cluster has settled, records every
 * observation, and ends the test with the verdict.
 */
export function staged<S extends SetName>(set: S): (typeof tests)[S] {
  return tests[set]
}
