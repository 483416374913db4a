import { test as base } from 'vitest'
import { type Deciding, decideOn, type Look } from './decide.ts'
import { SharedLookout } from './shared-lookout.ts'
import './report/task-meta.ts'
import './roll.ts'
import type { SetName } from './stage/sets.ts'
import { StageView } from './stage-view.ts'

export { describe } from 'vitest'
export { notApplicable } from './decide.ts'
export { addressesFollowPods, nameFollowsPods, podNameFollows } from './follow.ts'
export { readLists } from './ledger-lists.ts'
export type { Lookout } from './look.ts'
export { nameError, noAddress, noData, noPointer, noRecord } from './matchers/absence.ts'
export { allSlicesHoldPods, answersExactly, slicesHoldPods } from './matchers/addresses.ts'
export { acceptedAs, acceptedOfLate, refusedFor, warnedOf } from './matchers/admission.ts'
export { aliasOf, withholds } from './matchers/alias.ts'
export { answersAlike, backendsAgree } from './matchers/alike.ts'
export {
  claimOf,
  claimsGone,
  claimsKept,
  claimsNamed,
  knowsRetention,
  markOf,
  marksHeld,
  notingClaims,
  retentionHeld,
} from './matchers/claims.ts'
export { chainTo } from './matchers/cname.ts'
export { readyFollowsPods, servingFollowsPods, terminatingFollowsPods } from './matchers/conditions.ts'
export { reachedDirectly } from './matchers/direct.ts'
export { endpointsArePods, hostnamesFollowSubdomain, nodesAndZones } from './matchers/endpoints.ts'
export { otherFamilies, slicesKeepFamilies } from './matchers/families.ts'
export { externalFronts, type Front, frontsOf, nodeFronts, proxiedSlices } from './matchers/fronts.ts'
export { controllerWritesNone, slicesAreAsWritten } from './matchers/hand-made.ts'
export {
  type HostnameSighting,
  hostnamesAreNames,
  ordinalsNamePods,
  podIndexLabels,
  podNameLabels,
  podNames,
  podsOfSet,
  setNamed,
  sliceNamesPod,
  withoutSubdomain,
} from './matchers/identity.ts'
export { carriesWhole } from './matchers/intact.ts'
export { alikeBySize, lookupLatency, programming, sliceLatency, spread } from './matchers/latency.ts'
export { endpointsAreLabelled, endpointsFollowPods } from './matchers/legacy-endpoints.ts'
export { clusterAddresses, onlyForeignSlices, ownedByLiveService } from './matchers/lifecycle.ts'
export { addressesOf, askedFor, blameLookup, dnsOnTheWay, lookedUp, type Wanted } from './matchers/lookups.ts'
export { isAnswered, lookupsKept, type Tries } from './matchers/lookups-kept.ts'
export {
  isMirrored,
  isNotMirrored,
  mirrorFollows,
  mirrorsHostnamesAndReadiness,
  writtenAddresses,
} from './matchers/mirroring.ts'
export { emptyIsNameError, emptyKeepsAddress, noDataAtAll, soaCarried } from './matchers/negatives.ts'
export { nodeDomains } from './matchers/node-domains.ts'
export { createdAtOnce, madeAgain, neverTwo, removedAtOnce, unreadyGoes } from './matchers/one-at-a-time.ts'
export { reachesOne, slicesHoldOne } from './matchers/one-pod.ts'
export { type Doors, externalIgnored, nodePortsLead, wordToKubeProxy, wordToProxies } from './matchers/opened.ts'
export {
  createdInOrder,
  missingAtMost,
  partitionKept,
  removedInOrder,
  replacedInReverse,
} from './matchers/order.ts'
export { createdAfter, isRunningUnready, runsUnready } from './matchers/order-waits.ts'
export { controllerManages, headlessIsLabelled, slicesNameService } from './matchers/own-slices.ts'
export {
  hostnameLeadsToFullName,
  hostsHoldPod,
  kernelTellsFullName,
  kernelTellsHostname,
  kernelTellsOverride,
  nameKeepsFromStarting,
} from './matchers/pod-names.ts'
export { clusterFirst, dnsConfigAlone, dotsOf, ndotsOf, nodeResolver, optionsMerged } from './matchers/pod-resolver.ts'
export { namesBelow, pointsOnlyTo, pointsThereAndBack, pointsTo, reverseName } from './matchers/pointers.ts'
export { portsAreKept, portsAreTargets } from './matchers/ports.ts'
export { type Metered, measuresMore, meteredBy } from './matchers/programming-metric.ts'
export { isUnpinned, notRemapped, reachesEach } from './matchers/reached.ts'
export { judgeLinks, judgeOffsets, judgeReadonlyDefault, judgeReplids, judgeRoles } from './matchers/redis.ts'
export {
  judgeIdleWrites,
  judgeReadonlyMulti,
  judgeReadonlyScript,
  judgeReadonlyWait,
  judgeReads,
} from './matchers/redis-attempts.ts'
export { judgeBootstrap } from './matchers/redis-bootstrap.ts'
export { dataAreAs, declaredData, masterReturns, replicaRejoins } from './matchers/redis-churn.ts'
export { judgeApart, judgeEffects } from './matchers/redis-effects.ts'
export { readyIfPublished } from './matchers/redis-growth.ts'
export { refusesStaleReads, resumesPartially, standingAt } from './matchers/redis-links.ts'
export { writesStayLocal } from './matchers/redis-local-writes.ts'
export { judgeAnnounced, judgePeers } from './matchers/redis-membership.ts'
export { hasCounted, judgeReachable, judgeReading, judgeRouting } from './matchers/redis-names.ts'
export { stepsBack, takesOver } from './matchers/redis-promotion.ts'
export { judgeSentinels, someAddress, watchBriefly } from './matchers/redis-sentinel.ts'
export { countsThoseLeft, wantsReplicas } from './matchers/redis-waits.ts'
export { judgePropagation, judgeReadonlyError, judgeReadonlyNoEffect, judgeWaitAll } from './matchers/redis-writes.ts'
export { judgeClusterIpProgrammed } from './matchers/rules-clusterip.ts'
export { judgeHeadlessUnprogrammed } from './matchers/rules-headless.ts'
export { versionTold } from './matchers/schema-version.ts'
export { servesSome } from './matchers/served.ts'
export { noHeadlessVariables } from './matchers/service-variables.ts'
export { clusterIpTwin, hasNoAddress, headlessService } from './matchers/services.ts'
export { type AddressesOf, answersSoon, fillsMessage, holdsAll, holdsAllWithin, tellsSize } from './matchers/sizes.ts'
export { holdsLivePodsOnly, holdsNoPorts, isPlaceholder, noneIsTwice } from './matchers/slice-contents.ts'
export { labelsAreCopied, triggerTimesAreTold } from './matchers/slice-metadata.ts'
export { splitOverSlices } from './matchers/split.ts'
export { srvCounts, srvEndpoints, srvIn, srvNames, targetQuestions } from './matchers/srv.ts'
export { dialsIn, srvOfService, srvReaches } from './matchers/srv-ports.ts'
export { srvTargets } from './matchers/srv-targets.ts'
export { glueIsTrue, srvPorts } from './matchers/srv-values.ts'
export { answersSteadily, vantagesAgree } from './matchers/steady.ts'
export * from './matchers/truth.ts'
export { dialledAt, nameAt } from './matchers/truth.ts'
export { ttlBounded, ttlCap } from './matchers/ttl.ts'
export { deniesNothing } from './matchers/unsynced.ts'
export { notingPods, otherThanTemplate, podsUntouched } from './matchers/untouched.ts'
export { newWorks } from './matchers/upgrade/canary.ts'
export { comparison } from './matchers/upgrade/comparison.ts'
export { answersTrue, dnsContinues } from './matchers/upgrade/dns-continuity.ts'
export { ledgerHolds } from './matchers/upgrade/ledger.ts'
export { nothingLeftOf, nothingLeftOfMode } from './matchers/upgrade/leftovers.ts'
export { directWorks, keptStays, masterWritable, virtualWorks } from './matchers/upgrade/paths.ts'
export {
  answersSurvive,
  endpointsSurvive,
  lastingAnswers,
  podsSurvive,
  servicesSurvive,
} from './matchers/upgrade/survival.ts'
export { unrestarted } from './matchers/upgrade/unrestarted.ts'
export { claimsSurvive, marksSurvive } from './matchers/upgrade/volumes.ts'
export { answeredThrough, reachesEndpoints, spreadsOverEach } from './matchers/virtual.ts'
export { fewLost } from './matchers/volleys.ts'
export { foundByWalking } from './matchers/walk.ts'
export { writesAccountedFor } from './matchers/write-ledger.ts'
export { notingSlices, slicesUnwritten } from './matchers/writes.ts'
export {
  clusterDnsOf,
  type GivenResolver,
  givenResolvers,
  hostNetworkPods,
  kubeletOf,
  resolverOfNode,
} from './node-dns.ts'
export {
  type Backed,
  excusedLate,
  passagesThrough,
  vantagesFor,
  virtualFollowsSlices,
  writeFront,
} from './passages.ts'
export type { Sighting } from './probes/dns/outcome.ts'
export type { InsideSighting } from './probes/inside.ts'
export type { Churn } from './redis-churn.ts'
export type { Observation } from './report/record.ts'
export { madeService, madeSlice, writing } from './stage/hand-made.ts'
export { type Hands, refusalOf } from './stage/hands.ts'
export type { Deed } from './stage/history.ts'
export type { Snapshot } from './stage/snapshot.ts'
export {
  changedBy,
  countedReady,
  nowhere,
  partitioned,
  scaledDown,
  scaledUp,
  seenByController,
  staffed,
  stamped,
  standing,
  updated,
  updatedAtOnce,
  updatedFrom,
} from './stage/steps.ts'
export type { StageView } from './stage-view.ts'
export { type StandingPair, standingPairs } from './standing-pairs.ts'
export { isReady, type KubernetesObject, type Pod } from './target/objects.ts'
export type { Standing } from './target/pod-mark.ts'
export { volumeMark } from './upgrade/marks.ts'
export { ledgerKeysOf } from './upgrade/watched.ts'
export { bornAnew, membersAre } from './volumes.ts'
export { slicesPrompted, slicesWritten } from './written.ts'

/** The specifications that requirements cite. */
export const specs = {
  dns: 'kubernetes/dns specification 1.1.0',
  services: 'kubernetes.io/docs/concepts/services-networking/service',
  service: 'v1 Service',
  endpoints: 'v1 Endpoints',
  endpointSlice: 'discovery.k8s.io/v1 EndpointSlice',
  network: 'kubernetes.io/docs/concepts/services-networking',
  pod: 'v1 PodSpec',
  podDns: 'kubernetes.io/docs/concepts/services-networking/dns-pod-service',
  statefulSet: 'apps/v1 StatefulSet',
  redis: 'redis.io/docs/management/replication',
  upgrade: 'kubernetes.io/docs/tasks/administer-cluster/cluster-upgrade',
} as const

// vitest sets a worker fixture up once for each extended `test`: all of them share the channels of one lookout.
const shared = new SharedLookout()

const withLookout = base
  .extend(
    'opened',
    { scope: 'worker' },
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from this pattern
    async ({}, { onCleanup }: { onCleanup(close: () => void): void }) => {
      const lookout = shared.take()
      onCleanup(() => shared.release())
      return lookout
    },
  )
  .extend('lookout', async ({ opened }) => opened.forOneTest())

/** What a suite's tests are handed, for one staged set. */
function lookingAt(set: SetName) {
  return withLookout
    .extend('stage', async ({ lookout }) => new StageView(lookout, set))
    .extend(
      'decide',
      async ({ stage, lookout, task, signal }) =>
        (look: Look, deciding: Deciding = {}) =>
          decideOn({ stage, lookout, meta: task.meta, signal, giveWay: task.context.giveWay }, look, deciding),
    )
}

const tests = {
  changing: lookingAt('changing'),
  claims: lookingAt('claims'),
  crowds: lookingAt('crowds'),
  failover: lookingAt('failover'),
  fresh: lookingAt('fresh'),
  headless: lookingAt('headless'),
  redis: lookingAt('redis'),
  resolvers: lookingAt('resolvers'),
  slices: lookingAt('slices'),
  upgrade: lookingAt('upgrade'),
  'upgrade-redis': lookingAt('upgrade-redis'),
  'upgrade-redis-kept': lookingAt('upgrade-redis-kept'),
  volumes: lookingAt('volumes'),
} as const

/**
 * The `test` of a suite that looks at one staged set. Besides vitest's own context it offers `lookout` (vantages, DNS view,
 * facts), `stage` (the set's namespace and truth) and `decide`, which looks until the cluster has settled, records every
 * observation, and ends the test with the verdict.
 */
export function staged<S extends SetName>(set: S): (typeof tests)[S] {
  return tests[set]
}
