import type { Printed } from '../probes/inside-channel.ts'
import type { Sight, VantagePod } from '../probes/vantage/vantage.ts'
import type { Ordeals } from '../redis-ordeals.ts'
import type { ReplicatedSet, StandingLook } from '../redis-sessions.ts'
import type { RedisView } from '../redis-view.ts'
import type { History } from '../stage/history.ts'
import type { Besides, Snapshot } from '../stage/snapshot.ts'
import type { DnsService } from '../target/dns-service.ts'
import type { ExecPlace, ExecResult } from '../target/exec.ts'
import type { KubeletDns } from '../target/kubelet.ts'
import type { Service } from '../target/objects.ts'
import type { ApiQuestion, ApiReply } from '../target/reply.ts'
import type { Seen } from '../target/seen.ts'

/** What a suite may do with Redis while its sessions are open. */
export type RedisSight = Pick<
  RedisView,
  | 'pods'
  | 'replication'
  | 'propagate'
  | 'writeToReplicas'
  | 'offsets'
  | 'membership'
  | 'readOnReplicas'
  | 'tryOnReplicas'
  | 'effects'
  | 'apart'
>

/**
 * Every look that suites can take, as raw as it comes: what is read out of it is for the code that judges. On a cluster
 * these are channels into it; without one they are what such channels have shown before.
 */
export interface Eyes {
  /** Looks from one Pod. */
  at(pod: VantagePod): Sight
  snapshot(namespace: string, besides?: readonly Besides[]): Promise<Snapshot>
  /** What hands have kept under a name while they changed a namespace. */
  history(namespace: string, name: string): Promise<History>
  /** Reads a Service of the cluster's own; unseen where we may not. */
  service(namespace: string, name: string): Promise<Seen<Service>>
  /** Asks the API server what it would make of an object, as a dry run: nothing changes. */
  dryRun(question: ApiQuestion): Promise<ApiReply>
  /** What the servers behind the DNS Service are set up by. */
  corefile(service: Seen<DnsService>): Promise<Seen<string>>
  /** Restarts the servers behind the DNS Service; how often `meanwhile` was called until that was over. Others may notice. */
  restartDns(service: DnsService, meanwhile: () => Promise<void>): Promise<Seen<number>>
  /** What the kubelet of a node says of its own settings. */
  kubelet(node: string): Promise<Seen<KubeletDns>>
  /** Looks into a container of a fixture as a program there does, and looks names up there. */
  inside(place: ExecPlace, names: readonly string[]): Promise<Printed>
  /** Runs a command in a container of a fixture. */
  exec(place: ExecPlace, argv: readonly string[]): Promise<ExecResult>
  /** What a container has printed so far; unseen where we may not read it. */
  log(place: ExecPlace): Promise<Seen<string>>
  /** Opens a session with Redis in each of the Pods, as long as `look` takes. */
  redis<T>(namespace: string, pods: readonly string[], look: (redis: RedisSight) => Promise<T>): Promise<T>
  /** What each Pod of a replicated set tells of its standing. */
  standing(set: ReplicatedSet): Promise<StandingLook[]>
  /** Puts a replicated set through something, once, and tells what was seen on the way. Others may notice. */
  ordeal<K extends keyof Ordeals>(kind: K, set: ReplicatedSet): Promise<Ordeals[K]>
  close(): void
}
