import type { QueryType } from '../probes/dns/message.ts'
import type { SetName } from '../stage/sets.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { TargetFacts } from '../target/facts.ts'

/** The format of what `rollcall before` writes; a reader takes no other. */
export const beforeSchema = 'rollcall.dev/before/v1'

/** What one DNS server said to one question, asked from one node. */
export interface AnswerBefore {
  readonly vantage: string
  /** As in `DnsServer.name`. */
  readonly server: string
  readonly name: string
  readonly type: QueryType
  /** `NOERROR`, `NXDOMAIN`, …, or why there was no answer. */
  readonly rcode: string
  /** The data of each record of that type, sorted. */
  readonly records: readonly string[]
}

/** A file that a Pod has written into its volume. */
export interface VolumeMark {
  readonly pod: string
  readonly text: string
}

/** A ControllerRevision of a StatefulSet. */
export interface RevisionBefore {
  readonly set: string
  readonly name: string
  readonly revision: number
}

/** What a member of the replicated set says of itself (INFO server, INFO replication). */
export interface RedisBefore {
  readonly pod: string
  readonly runId: string
  readonly role: 'master' | 'slave'
  readonly replid: string
  readonly offset: number
  /** The master that a replica was given, by name. */
  readonly masterHost?: string
}

/** All that was so before the upgrade, of a fixture that stays. Plain JSON; holds no secret. */
export interface Before {
  readonly schema: typeof beforeSchema
  /** Id of the run that has staged the fixture. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly taken: string
  readonly facts: TargetFacts
  /** The sets of fixtures that stay, and the namespace of each. */
  readonly sets: readonly { readonly set: SetName; readonly namespace: string }[]
  /** The registry that images are taken from, if one was given: also by whatever is made beside the fixture later. */
  readonly imagesFrom?: string
  /** By set. Without the managed fields. */
  readonly snapshots: Readonly<Partial<Record<SetName, Snapshot>>>
  readonly revisions: readonly RevisionBefore[]
  readonly answers: readonly AnswerBefore[]
  readonly marks: readonly VolumeMark[]
  readonly redis: readonly RedisBefore[]
}
