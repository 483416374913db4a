import type { Mutant, OddCluster } from './mutant.ts'

/** Of a requirement, what the ledger needs to know. */
export interface LedgerEntry {
  readonly id: string
  readonly level: 'MUST' | 'SHOULD'
}

/** Whatever must make requirements non-conformant: a broken cluster, or what is done to one while somebody watches. */
export type Killer = Pick<Mutant, 'id' | 'kills' | 'alongside' | 'equivalent'>

/** What proves that the requirements can fail. */
export interface Ledger {
  readonly requirements: readonly LedgerEntry[]
  readonly mutants: readonly Mutant[]
  readonly rehearsals: readonly Killer[]
  readonly oddClusters: readonly OddCluster[]
  readonly unkillable: Readonly<Record<string, string>>
}

/** The ids of those that must make a requirement non-conformant, in the order of the catalogue. */
export function killersOf(id: string, killers: readonly Killer[]): string[] {
  return killers.filter((one) => one.equivalent === undefined && id in one.kills).map((one) => one.id)
}

/** Each MUST that neither a mutant convicts nor a reason excuses, and each that has both; one sentence each. */
export function unproven({ requirements, mutants, rehearsals, unkillable }: Ledger): string[] {
  return requirements.flatMap(({ id, level }) => {
    const killers = killersOf(id, [...mutants, ...rehearsals])
    const excused = id in unkillable
    if (killers.length > 0 && excused)
      return [`${id} has a killer, ${killers[0]}, and a reason in mutants/unkillable.ts why it can have none.`]
    if (level === 'SHOULD' || killers.length > 0 || excused) return []
    return [`${id} is a MUST that no mutant kills: add one, or say in mutants/unkillable.ts why there can be none.`]
  })
}

/** What contradicts itself in the catalogue of mutants, or names what is not there; one sentence each. */
export function inconsistent({ requirements, mutants, rehearsals, oddClusters, unkillable }: Ledger): string[] {
  const known = new Set(requirements.map((one) => one.id))
  const names = (ids: readonly string[], where: string): string[] =>
    ids.filter((id) => !known.has(id)).map((id) => `${where} names ${id}, but no test has that id.`)
  const ids = [...mutants, ...rehearsals, ...oddClusters].map((one) => one.id)
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
  return [
    ...twice.map((id) => `${id} is the id of more than one mutant, rehearsal or odd cluster.`),
    ...[...mutants, ...rehearsals].flatMap((one) => [
      ...names(Object.keys(one.kills), `kills of ${one.id}`),
      ...names(Object.keys(one.alongside ?? {}), `alongside of ${one.id}`),
    ]),
    ...mutants.flatMap((one) => [
      ...(Object.keys(one.kills).length === 0 && one.equivalent === undefined
        ? [`${one.id} kills nothing and does not say why it is equivalent.`]
        : []),
    ]),
    ...oddClusters.flatMap((one) => names(one.notApplicable ?? [], `notApplicable of ${one.id}`)),
    ...names(Object.keys(unkillable), 'mutants/unkillable.ts'),
  ]
}
