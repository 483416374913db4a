import { answers } from './dns/answers.ts'
import type { Mutant, OddCluster } from './mutant.ts'
import { replication } from './redis/replication.ts'

/** Every broken cluster, by area. */
export const mutants: readonly Mutant[] = [...answers, ...replication]

/** Every unusual cluster that is sound. */
export const oddClusters: readonly OddCluster[] = []
