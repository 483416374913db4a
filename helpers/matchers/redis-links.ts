import { outcomeText } from '../probes/redis-outcome.ts'
import type { Standing } from '../probes/redis-server-info.ts'
import type { BrokenLinks, Staleness } from '../redis-links.ts'
import type { StandingLook } from '../redis-sessions.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'
import { refusedWith, said, valueText } from './redis-said.ts'

/** What a Pod told of its standing; undefined where it did not. */
export function standingAt(looks: readonly StandingLook[], pod: string): Standing | undefined {
  const look = looks.find((one) => one.pod === pod)?.replication
  return look?.kind === 'reply' ? look.value : undefined
}

/** Judges what two looks at one Pod told; a look that told nothing was none. */
export function between(
  pod: string,
  [before, after]: readonly [readonly StandingLook[], readonly StandingLook[]],
  expected: string,
  judge: (before: Standing, after: Standing) => readonly [boolean, string],
): Observation {
  const [was, is] = [standingAt(before, pod), standingAt(after, pod)]
  if (was === undefined || is === undefined) return atRedis(pod, 'inconclusive', expected, `${pod} did not tell`)
  const [right, observed] = judge(was, is)
  return atRedis(pod, right ? 'conformant' : 'non-conformant', expected, observed)
}

/** How many synchronisations of each kind a server has served from one look to the other. */
export function synchronised(was: Standing, is: Standing): readonly [partial: number, full: number, text: string] {
  const partial = (is.partialSyncs ?? 0) - (was.partialSyncs ?? 0)
  const full = (is.fullSyncs ?? 0) - (was.fullSyncs ?? 0)
  return [partial, full, `sync_partial_ok +${partial}, sync_full +${full}`]
}

/**
 * Decides redis.psync.reconnect: a replica whose link broke goes on where it was, from the backlog, and has what was written
 * meanwhile. The master has then served it no full synchronisation, and both still have the same replication id.
 */
export function resumesPartially({ before, broken, after, bytes, held }: BrokenLinks): readonly Observation[] {
  const master = before[0]?.pod ?? ''
  const links = 'the links of all replicas can be broken'
  if (broken.kind !== 'reply') return [atRedis(master, 'inconclusive', links, outcomeText(broken))]
  const replid = standingAt(before, master)?.replid ?? 'not told'
  return [
    between(master, [before, after], `sync_partial_ok +${held.length}, sync_full +0`, (was, is) => {
      const [partial, full, text] = synchronised(was, is)
      return [partial >= held.length && full === 0, text]
    }),
    ...held.flatMap(({ pod, read }) => [
      said(pod, read, `${bytes} bytes that were written meanwhile`, (length) => length === bytes),
      between(pod, [before, after], `master_link_status:up, master_replid:${replid}`, (_, is) => [
        is.masterLinkStatus === 'up' && is.replid === replid,
        `role:${is.role}, master_link_status:${is.masterLinkStatus ?? 'not told'}, master_replid:${is.replid ?? 'not told'}`,
      ]),
    ]),
  ]
}

/**
 * Decides redis.stale-no: a replica that must not serve what may be stale refuses to be read while its link is down, and is
 * read again once it is up. One that never lost its link shows nothing, unless it has no master to lose.
 */
export function refusesStaleReads({ pod, value, without, with: back, reads }: Staleness): readonly Observation[] {
  const served = `GET is ${valueText(value)} while the link is up`
  const lost = standingAt([without], pod)
  const down = 'a link that is down'
  const isLost = lost?.masterLinkStatus === 'down'
  const unlost = atRedis(
    pod,
    lost !== undefined && lost.role !== 'slave' ? 'non-conformant' : 'inconclusive',
    down,
    lost === undefined
      ? `${pod} did not tell`
      : `role:${lost.role}, master_link_status:${lost.masterLinkStatus ?? 'none'}`,
  )
  return [
    said(pod, reads.before, served, (read) => read === value),
    isLost ? refusedWith(pod, reads.during, 'MASTERDOWN', 'GET while the link is down') : unlost,
    said(pod, reads.after, served, (read) => read === value),
    between(pod, [[back], [back]], 'master_link_status:up', (_, is) => [
      is.masterLinkStatus === 'up',
      `role:${is.role}, master_link_status:${is.masterLinkStatus ?? 'not told'}`,
    ]),
  ]
}
