import { messageOf } from '../errors.ts'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import {
  addressesIn,
  addressOf,
  type CanaryMeans,
  create,
  isNobody,
  reaches,
  ready,
  resolves,
  sliced,
  usual,
} from './canary-looks.ts'
import { removeCanaries } from './canary-objects.ts'
import { come, isAway, type StepLook, Stuck } from './canary-steps.ts'
import type { CanaryEntry } from './journal.ts'

/**
 * Makes a Service, one with an address, and a Pod that were not there before, sees from every node how each step comes about, and
 * takes them away again. Tells the first step that did not come about in its time, and goes no further.
 * @throws the signal's reason on abort; what was made is then still there.
 */
export async function runCanary(means: CanaryMeans, name: string): Promise<CanaryEntry> {
  const at = Date.now()
  const since = (from = at): number => Date.now() - from
  const times: { ready?: number; sliced?: number } = {}
  const none = (): Record<string, number> => ({})
  const seen = { answered: none(), direct: none(), virtual: none(), gone: none() }
  let end: Pick<CanaryEntry, 'stuck' | 'unseen'> = {}
  try {
    await removeCanaries(means)
    const service = await create(means, name)
    const pod = await ready(means, name)
    times.ready = since()
    await sliced(means, name, addressOf(pod))
    times.sliced = since()
    const address = addressOf(pod)
    const type = address.includes(':') ? 'AAAA' : 'A'
    const question = { name: `${name}.${means.namespace}.svc.${means.domain}`, type } as const
    const isIt = (outcome: DnsOutcome): boolean => addressesIn(outcome).join() === address
    await resolves(means, 'answered', question, isIt, (key) => {
      seen.answered[key] = since()
    })
    await reaches(means, 'direct', name, address, (node) => {
      seen.direct[node] = since()
    })
    await reaches(means, 'virtual', name, service.spec?.clusterIP ?? '', (node) => {
      seen.virtual[node] = since()
    })
    await removed(means)
    const left = Date.now()
    await resolves(means, 'gone', question, isNobody, (key) => {
      seen.gone[key] = since(left)
    })
  } catch (error) {
    means.signal.throwIfAborted()
    end = endOf(error)
    // The next one tries again.
    await removeCanaries(means).catch(() => {})
  }
  return { kind: 'canary', at, name, ...times, ...seen, ...end }
}

function endOf(error: unknown): Pick<CanaryEntry, 'stuck' | 'unseen'> {
  if (error instanceof Stuck) {
    if (error.blind) return { unseen: `${error.step}: ${error.message}` }
    return { stuck: { step: error.step, saw: error.message } }
  }
  if (isAway(error) || error instanceof KubernetesError) return { unseen: messageOf(error) }
  throw error
}

/** The API may be away just then: it is tried until a step would be over. */
async function removed(means: CanaryMeans): Promise<void> {
  const look = async (): Promise<StepLook<void>> => ({ done: true, value: await removeCanaries(means) })
  await come('gone', look, { limit: (means.limits ?? usual).create, signal: means.signal })
}
