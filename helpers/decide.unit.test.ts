import { expect, test } from 'vitest'
import { type Deciders, decideOn } from './decide.ts'
import { backendsInSight } from './matchers/backends-in-sight.ts'
import type { Observation } from './report/record.ts'
import type { Hands } from './stage/hands.ts'
import type { DnsService } from './target/dns-service.ts'
import { type Seen, seen, unseen } from './target/seen.ts'

/** What decides, on a stage of which only hands are asked, beside a DNS Service. */
function means(service: Seen<DnsService>, signal: AbortSignal, hands: (signal: AbortSignal) => Hands): Deciders {
  const lookout = {
    dns: { lifetimes: { begin: () => {}, held: () => 0 }, asked: new Set() },
    roll: { facts: { dns: { service } } },
    unread: { judged: async (_: unknown, all: unknown) => all },
    keepsTtl: async () => false,
    withBackends: async (all: readonly Observation[]) => [...all, ...backendsInSight(service, all)],
  }
  const stage = { staged: { readyAt: 0 }, hands, evidence: async () => [] }
  return { stage, lookout, meta: {}, signal } as unknown as Deciders
}

test('what is in the way of others is put away with a signal of its own, also where that of the test has ended', async () => {
  const signals = new Map<unknown, AbortSignal>()
  const hands = (signal: AbortSignal): Hands => {
    const own = {} as Hands
    signals.set(own, signal)
    return own
  }
  const ended = AbortSignal.abort(new Error('the test took too long'))
  const tidied: boolean[] = []
  const lastly = async (own: Hands): Promise<void> => void tidied.push(signals.get(own)?.aborted === false)
  const decision = decideOn(means(unseen('nobody looked'), ended, hands), async () => [], { lastly })
  await expect(decision).rejects.toThrow('the test took too long')
  expect(tidied).toEqual([true])
})

test('a change has its time to arrive also where no DNS server was in service when the run began, unless none answers', async () => {
  const none = seen({ namespace: 'kube-system', name: 'kube-dns', clusterIPs: ['10.96.0.10'], backends: [] })
  const about = { vantage: 'worker', backend: 'resolver', hop: 'node resolver', expected: 'the new address' } as const
  const decided = async (observed: string, badLooks: number, ...besides: readonly Observation[]): Promise<number> => {
    let looks = 0
    const look = async (): Promise<Observation[]> => [
      looks++ < badLooks
        ? { ...about, verdict: 'non-conformant', observed }
        : { ...about, verdict: 'conformant', observed: 'the new address' },
      ...(looks <= badLooks ? besides : []),
    ]
    const deciders = means(none as never, new AbortController().signal, () => ({}) as Hands)
    await decideOn(deciders, look, { after: async () => {} })
    return looks
  }
  expect(await decided('NOERROR {10.0.0.1} over TCP', 4)).toBe(6)
  await expect(decided('no answer within 5 s over TCP', 4)).rejects.toThrow('a ready endpoint of the DNS Service')
  const elsewhere = { ...about, verdict: 'non-conformant', observed: 'not yet' } as const
  await expect(decided('no answer within 5 s over TCP', 4, { ...elsewhere, hop: 'Redis' })).rejects.toThrow(
    'a ready endpoint of the DNS Service',
  )
  expect(await decided('no answer within 5 s over TCP', 4, { ...elsewhere, hop: 'EndpointSlice' })).toBe(6)
})
