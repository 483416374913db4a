import type { Observation } from '../../report/record.ts'
import { ledgerKey, type SampleEntry, type WriteSample } from '../../upgrade/journal.ts'
import { atRedis } from '../redis.ts'
import type { Watch } from './spells.ts'

/** The list that a member of the set holds of the writes of one start of a sampler, or why it was not read. */
export interface ListSighting {
  readonly pod: string
  readonly key: string
  readonly list:
    | { readonly kind: 'read'; readonly elements: ReadonlySet<string> }
    | { readonly kind: 'lost'; readonly reason: string }
}

/** What the fixture promises of its data. */
export interface Keeping {
  readonly data: 'kept' | 'lost'
  /** Whether what a server has acknowledged is on its disk by then (`appendfsync always`), or a second later. */
  readonly always: boolean
  /** Who takes writes now (`run_id`); undefined where that was not told. */
  readonly runId: string | undefined
}

/** Milliseconds of writes that a server may lose that ended all at once (`appendfsync everysec`: Redis persistence, "How durable is the append only file?"). */
const unsynced = 2000

interface Written {
  readonly at: number
  readonly key: string
  readonly element: string
  readonly told: WriteSample
}

/** Every write that a server has acknowledged. */
function acknowledgedIn({ watched }: Watch): Written[] {
  return [...watched.samples.values()]
    .flat()
    .flatMap((sample) => writesOf(sample).filter((one) => one.told.outcome === 'taken'))
}

function writesOf({ at, node, sampler, results }: SampleEntry): Written[] {
  return Object.values(results).flatMap((result) => {
    if (!('outcome' in result) || !('sequence' in result)) return []
    const told = result as WriteSample
    return [{ at, key: ledgerKey(node, sampler), element: `${told.sequence}`, told }]
  })
}

/** Why a write may be lost. */
function allowance({ at, told }: Written, keeping: Keeping, lastOf: ReadonlyMap<string, number>): string | undefined {
  const { runId } = told
  if (runId === undefined ? keeping.data === 'kept' : runId === keeping.runId) return undefined
  if (keeping.data === 'lost') return 'with the server that took them, which stored nothing'
  if (keeping.always || runId === undefined || at < (lastOf.get(runId) ?? 0) - unsynced) return undefined
  return 'in the last moment of a server that ended all at once'
}

/**
 * Decides up.redis.ledger: every write that was acknowledged is there, on the master and on whoever follows it, but for those that the
 * fixture does not promise to keep: all of a server that stored nothing and has ended, and the last second of one that did.
 */
export function ledgerHolds(watch: Watch, keeping: Keeping, lists: readonly ListSighting[]): Observation[] {
  const written = acknowledgedIn(watch)
  const expected = `${written.length} acknowledged writes present, but for those that the fixture does not keep`
  const pods = [...new Set(lists.map((one) => one.pod))]
  if (written.length === 0)
    return [atRedis(pods[0] ?? 'no Pod', 'inconclusive', expected, 'no write was acknowledged while it was watched')]
  if (keeping.runId === undefined)
    return [atRedis(pods[0] ?? 'no Pod', 'inconclusive', expected, 'the master did not tell who it is')]
  const lastOf = new Map<string, number>()
  for (const { at, told } of written)
    if (told.runId !== undefined) lastOf.set(told.runId, Math.max(lastOf.get(told.runId) ?? 0, at))
  return pods.map((pod) => {
    const own = lists.filter((one) => one.pod === pod)
    const lost = own.find((one) => one.list.kind === 'lost')
    if (lost?.list.kind === 'lost') return atRedis(pod, 'inconclusive', expected, lost.list.reason)
    const missing = written.filter(
      ({ key, element }) =>
        !own.some(({ key: of, list }) => of === key && list.kind === 'read' && list.elements.has(element)),
    )
    const allowed = missing.map((one) => allowance(one, keeping, lastOf))
    const unaccounted = missing.filter((_, index) => allowed[index] === undefined)
    const reasons = [...new Set(allowed.flatMap((one) => one ?? []))]
    const [first] = unaccounted
    const parts = [
      `${written.length - missing.length} present`,
      ...reasons.map((reason) => `${allowed.filter((one) => one === reason).length} lost ${reason}`),
      ...(first === undefined
        ? []
        : [`${unaccounted.length} lost for no reason, such as ${first.element} in ${first.key}`]),
      `${written.filter((one) => (one.told.replicas ?? 0) > 0).length} had been on a replica within the time of WAIT`,
    ]
    return atRedis(pod, unaccounted.length === 0 ? 'conformant' : 'non-conformant', expected, parts.join(', '))
  })
}
