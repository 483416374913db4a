import type { Mutant, OddCluster } from './mutant.ts'

/** Every broken cluster, by area. */
export const mutants: readonly Mutant[] = []

/** Every unusual cluster that is sound. */
export const oddClusters: readonly OddCluster[] = []
