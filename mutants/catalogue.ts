import { answers } from './dns/answers.ts'
import { availability } from './dns/availability.ts'
import { names } from './dns/names.ts'
import { servers } from './dns/servers.ts'
import { controller } from './endpoints/controller.ts'
import { edges } from './endpoints/edges.ts'
import { labels } from './endpoints/labels.ts'
import { mirrors } from './endpoints/mirrors.ts'
import { slices } from './endpoints/slices.ts'
import type { Mutant, OddCluster } from './mutant.ts'
import { clusters } from './odd/clusters.ts'
import { rules } from './proxy/rules.ts'
import { replication } from './redis/replication.ts'
import { admission } from './services/admission.ts'
import { identity } from './statefulset/identity.ts'

/** Every broken cluster, by area. */
export const mutants: readonly Mutant[] = [
  ...answers,
  ...names,
  ...servers,
  ...availability,
  ...slices,
  ...labels,
  ...controller,
  ...edges,
  ...mirrors,
  ...admission,
  ...identity,
  ...rules,
  ...replication,
]

/** Every unusual cluster that is sound. */
export const oddClusters: readonly OddCluster[] = clusters
