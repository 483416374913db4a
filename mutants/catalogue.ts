import { answers } from './dns/answers.ts'
import { availability } from './dns/availability.ts'
import { handMade } from './dns/hand-made.ts'
import { lasting } from './dns/lasting.ts'
import { names } from './dns/names.ts'
import { questions } from './dns/questions.ts'
import { servers } from './dns/servers.ts'
import { sizes } from './dns/sizes.ts'
import { controller } from './endpoints/controller.ts'
import { edges } from './endpoints/edges.ts'
import { labels } from './endpoints/labels.ts'
import { mirrors } from './endpoints/mirrors.ts'
import { slices } from './endpoints/slices.ts'
import type { Mutant, OddCluster } from './mutant.ts'
import { clusters } from './odd/clusters.ts'
import { connections } from './proxy/connections.ts'
import { packets } from './proxy/packets.ts'
import { programming } from './proxy/programming.ts'
import { rules } from './proxy/rules.ts'
import { churn } from './redis/churn.ts'
import { failover } from './redis/failover.ts'
import { growth } from './redis/growth.ts'
import { names as redisNames } from './redis/names.ts'
import { replication } from './redis/replication.ts'
import { standing } from './redis/standing.ts'
import { pods } from './resolver/pods.ts'
import { admission } from './services/admission.ts'
import { governing } from './statefulset/governing.ts'
import { identity } from './statefulset/identity.ts'
import { order } from './statefulset/order.ts'
import { volumes } from './statefulset/volumes.ts'

/** Every broken cluster, by area. */
export const mutants: readonly Mutant[] = [
  ...answers,
  ...names,
  ...questions,
  ...handMade,
  ...servers,
  ...sizes,
  ...lasting,
  ...availability,
  ...slices,
  ...labels,
  ...controller,
  ...edges,
  ...mirrors,
  ...admission,
  ...identity,
  ...governing,
  ...order,
  ...volumes,
  ...pods,
  ...rules,
  ...connections,
  ...packets,
  ...programming,
  ...replication,
  ...standing,
  ...redisNames,
  ...failover,
  ...churn,
  ...growth,
]

/** Every unusual cluster that is sound. */
export const oddClusters: readonly OddCluster[] = clusters
