import { Problem } from '../helpers/errors.ts'
import { mutants, oddClusters } from './catalogue.ts'
import type { OddCluster } from './mutant.ts'
import type { Case } from './trial.ts'

/** What `npm run verify` tries: each area once, and what takes long to break least of all. */
export const quick: readonly string[] = [
  'M-D01',
  'M-E07.hostname',
  'M-E13',
  'M-S01',
  'M-N01',
  'M-P01.name',
  'M-R01',
  'N-09',
]

export interface Selection {
  /** Tried one after the other on one cluster. */
  readonly cases: readonly Case[]
  /** Each needs a cluster of its own. */
  readonly kinds: readonly Extract<OddCluster, { kind: unknown }>[]
}

/**
 * The cases with these ids, or all without any.
 * @throws Problem where an id names none.
 */
export function select(ids: readonly string[] | undefined): Selection {
  const known = [...mutants, ...oddClusters].map((one) => one.id)
  const unknown = (ids ?? []).filter((id) => !known.includes(id))
  if (unknown.length > 0)
    throw new Problem(`No mutant or odd cluster is called ${unknown.join(', ')}; there are ${known.join(', ')}.`)
  const wanted = (id: string): boolean => ids === undefined || ids.includes(id)
  const cases: Case[] = mutants.filter((one) => wanted(one.id)).map((change) => ({ kind: 'mutant', change }))
  const kinds: Extract<OddCluster, { kind: unknown }>[] = []
  for (const odd of oddClusters.filter((one) => wanted(one.id))) {
    if ('kind' in odd) kinds.push(odd)
    else cases.push({ kind: 'odd', change: odd })
  }
  return { cases, kinds }
}
