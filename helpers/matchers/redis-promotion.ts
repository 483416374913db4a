import type { Promotion } from '../redis-promotion.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'
import { between, standingAt, synchronised } from './redis-links.ts'
import { refusedWith, said, valueText } from './redis-said.ts'

/**
 * Decides redis.failover.promote: a replica that is told to follow nobody is a master with a replication id of its own, which
 * goes on serving the stream that it has followed up to where it left it. So the others come to it by partial
 * synchronisation, unless one of them was ahead of it.
 */
export function takesOver(told: Promotion): readonly Observation[] {
  const { promoted, former, before, alone, followed, write } = told
  const old = standingAt(before, promoted)?.replid ?? 'not told'
  const others = before.map(({ pod }) => pod).filter((pod) => pod !== promoted && pod !== former)
  const end = standingAt([alone], promoted)?.formerEnd
  const isAhead = others.some((pod) => (standingAt(before, pod)?.replicaOffset ?? 0) >= (end ?? 0))
  const joined = `sync_partial_ok +${others.length}, sync_full +0`
  return [
    between(promoted, [before, [alone]], `role:master, a new master_replid, master_replid2:${old}`, (was, is) => [
      is.role === 'master' && is.replid !== undefined && is.replid !== was.replid && is.formerReplid === was.replid,
      `role:${is.role}, master_replid:${is.replid ?? 'not told'}, master_replid2:${is.formerReplid ?? 'not told'}`,
    ]),
    between(promoted, [before, [alone]], 'second_repl_offset one beyond what it had', (was, is) => [
      is.formerEnd !== undefined &&
        is.formerEnd > (was.replicaOffset ?? Number.POSITIVE_INFINITY) &&
        is.formerEnd <= (is.masterOffset ?? 0) + 1,
      `second_repl_offset:${is.formerEnd ?? 'not told'}, from ${was.replicaOffset ?? 'not told'} to ${is.masterOffset ?? 'not told'}`,
    ]),
    said(promoted, write, 'SET is taken', () => true),
    isAhead
      ? atRedis(promoted, 'inconclusive', joined, 'another replica had more of the stream')
      : between(promoted, [[alone], followed], joined, (was, is) => {
          const [partial, full, text] = synchronised(was, is)
          return [partial >= others.length && full === 0, text]
        }),
    ...others.map((pod) => follows(pod, promoted, told.followed)),
  ]
}

/**
 * Decides redis.failover.back: the former master that is told to follow the new one is a replica like any other. It refuses
 * writes, has those of the new one, and has lost those that nobody had replicated. In the end all is as it was.
 */
export function stepsBack(told: Promotion): readonly Observation[] {
  const { promoted, former, returned, after, write, stray, strayRead, refused, read, value } = told
  const nobody = 'GET is no value for what nobody had replicated'
  const all = `GET is ${valueText(value)}, which was written on ${promoted}`
  return [
    follows(former, promoted, returned),
    refusedWith(former, refused, 'READONLY', 'SET on the former master'),
    stray.kind === 'reply'
      ? said(former, strayRead, nobody, (one) => one === null)
      : atRedis(former, 'inconclusive', nobody, 'the former master took no write'),
    write.kind === 'reply'
      ? said(former, read, all, (one) => one === value)
      : atRedis(former, 'inconclusive', all, `${promoted} took no write`),
    between(former, [after, after], 'role:master once all is put back', (_, is) => [
      is.role === 'master',
      `role:${is.role}`,
    ]),
    ...after
      .map(({ pod }) => pod)
      .filter((pod) => pod !== former)
      .map((pod) => follows(pod, former, after)),
  ]
}

function follows(pod: string, master: string, looks: Promotion['after']): Observation {
  return between(pod, [looks, looks], `role:slave, master_host:${master}…, master_link_status:up`, (_, is) => [
    is.role === 'slave' && is.masterLinkStatus === 'up' && is.masterHost?.split('.')[0] === master,
    `role:${is.role}, master_host:${is.masterHost ?? 'none'}, master_link_status:${is.masterLinkStatus ?? 'none'}`,
  ])
}
