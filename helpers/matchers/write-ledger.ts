import { outcomeText } from '../probes/redis-outcome.ts'
import type { Churn } from '../redis-churn.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'
import type { Data } from './redis-churn.ts'
import { standingAt } from './redis-links.ts'

/**
 * Decides redis.ledger.accounted: every write that was acknowledged while Pods were deleted is there in the end, on the master
 * and on each replica that follows it. Where the fixture stores nothing, those may be lost that were taken by a server which
 * has ended since: of the one that is the master now, none. What is said carries the counts, and the longest time in which
 * nobody took a write.
 */
export function writesAccountedFor(declared: Data, { written, missing, end }: Churn): readonly Observation[] {
  const [master = ''] = end.map((one) => one.pod)
  const now = standingAt(end, master)
  const all = written.eras.reduce((sum, one) => sum + one.acknowledged, 0)
  const excused = declared === 'lost' ? written.eras.filter(({ runId }) => runId !== now?.runId) : []
  const expected = `${all} acknowledged writes present${declared === 'lost' ? ', but for those of a server that has ended' : ''}`
  const gap = `${(written.longestGap / 1000).toFixed(1)} s of ${(written.milliseconds / 1000).toFixed(1)} s at the longest without a writable master`
  if (now?.runId === undefined) return [atRedis(master, 'inconclusive', expected, `${master} did not tell who it is`)]
  if (!written.eras.some((one) => one.acknowledged > 0 && one.runId === now.runId))
    return [atRedis(master, 'inconclusive', expected, `${master} acknowledged no write of ours; ${gap}`)]
  return missing.map(({ pod, missing: told, such }) => {
    if (told.kind !== 'reply') return atRedis(pod, 'inconclusive', expected, outcomeText(told))
    if (standingAt(end, pod)?.replid !== now.replid)
      return atRedis(pod, 'inconclusive', expected, `${pod} does not follow ${master}`)
    const lost = Object.values(told.value).reduce((sum, one) => sum + one, 0)
    const allowed = excused.reduce((sum, { runId }) => sum + (told.value[runId] ?? 0), 0)
    const unaccounted = lost - allowed
    const parts = [
      `${all - lost} present`,
      ...(allowed === 0 ? [] : [`${allowed} lost with the server that took them, which stored nothing`]),
      ...(unaccounted === 0 ? [] : [`${unaccounted} lost for no reason, such as ${such}`]),
      `besides ${written.unknown} of unknown fate and ${written.refused} refused`,
      gap,
    ]
    return atRedis(pod, unaccounted === 0 ? 'conformant' : 'non-conformant', expected, parts.join(', '))
  })
}
