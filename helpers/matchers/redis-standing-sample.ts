import type { Standing } from '../probes/redis-server-info.ts'
import type { StandingLook } from '../redis-sessions.ts'
import type { Observation } from '../report/record.ts'

export const masterName = 'kv-0.kv-headless.ns.svc'
export const lost = { kind: 'lost', text: 'the connection is closed' } as const

export function reply<T>(value: T): { readonly kind: 'reply'; readonly value: T } {
  return { kind: 'reply', value }
}

/** What a sound master of two replicas tells, but for some fields. */
export function asMaster(fields: Partial<Standing> = {}, pod = 'kv-0'): StandingLook {
  const online = { port: 6379, state: 'online', offset: 100 }
  const replicas = [
    { address: '10.0.0.1', ...online },
    { address: '10.0.0.2', ...online },
  ]
  const told = { role: 'master', connectedReplicas: 2, replicas, replid: 'aa', masterOffset: 100, runId: 'run-1' }
  return { pod, replication: reply({ ...told, fullSyncs: 2, partialSyncs: 0, uptimeSeconds: 60, ...fields }) }
}

/** What a sound replica tells, but for some fields. */
export function asReplica(pod: string, fields: Partial<Standing> = {}): StandingLook {
  const link = { masterHost: masterName, masterPort: 6379, masterLinkStatus: 'up', masterSyncInProgress: false }
  const told = { role: 'slave', connectedReplicas: 0, replicas: [], replid: 'aa', replicaOffset: 100, ...link }
  const served = { fullSyncs: 0, partialSyncs: 0, uptimeSeconds: 60, masterOffset: 100 }
  return { pod, replication: reply({ ...told, ...served, runId: `run-${pod}`, ...fields }) }
}

/** A whole set. */
export const whole: readonly StandingLook[] = [asMaster(), asReplica('kv-1'), asReplica('kv-2')]

/** The verdicts that are not good, each with who is concerned and what was observed. */
export function stray(observations: readonly Observation[]): string[] {
  return observations
    .filter((one) => one.verdict !== 'conformant')
    .map((one) => `${one.verdict} ${one.backend || one.vantage}: ${one.observed}`)
}
