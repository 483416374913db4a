import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Pod } from '../target/objects.ts'
import type { Seen } from '../target/seen.ts'
import { canonical, podAddresses, podNamed } from './truth.ts'

/** What a container of a Pod has printed. */
export interface PodLog {
  readonly pod: string
  readonly log: Seen<string>
  /** Whether another container of the Pod has a log that holds anything: without, an empty one says nothing. */
  readonly others: boolean
}

/** What a kubelet says in the place of a log that is gone, with a status of 200. */
const gone = /^unable to retrieve container logs/

/**
 * Decides redis.bootstrap.waits: the init container of each replica says that the name of the master has resolved, to an address
 * of the master, before it ended and let the replica start.
 */
export function judgeBootstrap(
  snapshot: Snapshot,
  logs: readonly PodLog[],
  master: string,
  masterName: string,
): Observation[] {
  const first = podNamed(snapshot, master)
  const addresses = first === undefined ? [] : podAddresses(first)
  return logs.map(({ pod, log, others }): Observation => {
    const expected = `its init container found ${masterName} at ${addresses.join(' or ')}`
    const about = { vantage: pod, backend: '', hop: 'pod' as const, expected }
    if (!log.seen) return { ...about, verdict: 'not-applicable', observed: log.reason }
    if (gone.test(log.value)) return { ...about, verdict: 'not-applicable', observed: log.value.trim() }
    if (first !== undefined && startedLater(first, podNamed(snapshot, pod)))
      return { ...about, verdict: 'not-applicable', observed: `${master} has come to its node after ${pod} had waited` }
    const found = log.value.split('\n').flatMap((line) => {
      const [address = '', name = ''] = line.trim().split(/\s+/)
      return name.toLowerCase().startsWith(masterName) ? [canonical(address)] : []
    })
    const last = found.at(-1)
    if (last === undefined) {
      const printed = log.value.trim().split('\n').at(-1) ?? ''
      const verdict = printed === '' && !others ? 'inconclusive' : 'non-conformant'
      return { ...about, verdict, observed: printed === '' ? 'it printed nothing' : printed }
    }
    const right = addresses.includes(last)
    return {
      ...about,
      hop: right ? 'pod' : 'node resolver',
      verdict: right ? 'conformant' : 'non-conformant',
      observed: `it found it at ${last}`,
    }
  })
}

/** Whether a Pod was started when the init containers of another had ended: it may have had another address then. */
function startedLater(pod: Pod, other: Pod | undefined): boolean {
  const ended = (other?.status?.initContainerStatuses ?? []).flatMap((one) => one.state?.terminated?.finishedAt ?? [])
  const started = pod.status?.startTime
  return started !== undefined && ended.length > 0 && ended.every((one) => Date.parse(one) < Date.parse(started))
}
