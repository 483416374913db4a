import { outcomeText } from '../probes/redis-outcome.ts'
import type { Minimum, Pause } from '../redis-waits.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'
import { refusedWith, said, valueText } from './redis-said.ts'

/** Milliseconds by which a server's timer and ours may differ. */
const imprecise = 50

/**
 * Decides redis.wait.partial: while one replica stands still, WAIT for all answers with those that are left, once its time is
 * over, and with no error. Before and after it, it counts every replica. A pause that did not last from the write to the
 * answer shows nothing.
 */
export function countsThoseLeft(master: string, pause: Pause): readonly Observation[] {
  const { pod, replicas, counted, told, took, paused } = pause
  const all = (moment: 'before' | 'after'): Observation =>
    said(master, counted[moment], `WAIT ${replicas} counts ${replicas}`, (count) => count >= replicas, String)
  const expected = `WAIT ${replicas} ${told} answers ${replicas - 1} after ${told} ms while ${pod} stands still`
  const during = (): Observation => {
    if (paused.kind !== 'reply') return atRedis(pod, 'inconclusive', `${pod} stands still`, outcomeText(paused))
    if (!paused.value) return atRedis(pod, 'inconclusive', `${pod} stands still`, 'it did not for as long as WAIT took')
    return said(
      master,
      counted.during,
      expected,
      (count) => count === replicas - 1 && took >= told - imprecise,
      (count) => `${count} after ${took} ms`,
    )
  }
  return [all('before'), during(), all('after')]
}

/**
 * Decides redis.minreplicas: a master that wants more replicas than it has refuses writes with NOREPLICAS, and takes them
 * again once it wants none. A replica that is told the same refuses them as ever, and goes on following.
 */
export function wantsReplicas({ wanted, before, during, onReplicas, after, value, reads }: Minimum): Observation[] {
  const takes = 'SET is taken where no replicas are wanted'
  return [
    said(before.pod, before.write, takes, () => true),
    refusedWith(during.pod, during.write, 'NOREPLICAS', `SET while ${wanted} replicas are wanted`),
    ...onReplicas.map(({ pod, write }) =>
      refusedWith(pod, write, 'READONLY', `SET on a replica that is told to want ${wanted}`),
    ),
    said(after.pod, after.write, takes, () => true),
    ...reads.map(({ pod, read }) =>
      said(pod, read, `GET is ${valueText(value)}, whatever the replica is told to want`, (one) => one === value),
    ),
  ]
}
