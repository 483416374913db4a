import type { QueryType } from '../probes/dns/message.ts'

/** The format of the file that `rollcall watch` writes, one JSON object a line; a reader takes no other. */
export const journalSchema = 'rollcall.dev/watch/v1'

/**
 * What a sampler asks each second. The id is unique and stays the same for the same thing, also when the address behind it
 * changes: a DNS backend is named by its Pod.
 */
export type Target =
  | {
      readonly kind: 'dns'
      readonly id: string
      /** The resolver that Pods are given, or one server behind it. */
      readonly role: 'resolver' | 'backend'
      /** The node that runs it, where that is known. */
      readonly node?: string
      readonly address: string
      readonly port: number
      readonly questions: readonly { readonly name: string; readonly type: QueryType }[]
    }
  /** A new connection each time: to an endpoint itself, or to the virtual address of a Service. */
  | {
      readonly kind: 'http'
      readonly id: string
      readonly way: 'direct' | 'virtual'
      readonly address: string
      readonly port: number
      /** The Pod, or the Service. */
      readonly of: string
    }
  /** One connection that is kept, over which a Redis server is asked PING. */
  | {
      readonly kind: 'kept'
      readonly id: string
      readonly way: 'direct' | 'virtual'
      readonly address: string
      readonly port: number
      readonly of: string
    }
  /** A write, on a new connection, to whoever has the name of the master, which waits until a replica has it. */
  | { readonly kind: 'write'; readonly id: string; readonly host: string; readonly port: number }

/** What one DNS server said to one question. */
export interface DnsSample {
  readonly name: string
  readonly type: QueryType
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, …; or no answer: `timeout`, `unreachable`; or `malformed`. */
  readonly rcode: string
  /** The data of the records of that type, sorted. */
  readonly records: readonly string[]
}

/** How a connection went. `broken`: it was kept until now, and ended. */
export interface PathSample {
  readonly outcome: 'answered' | 'refused' | 'silent' | 'broken' | 'strange'
  /** The address that answered, or what was strange. */
  readonly detail?: string
}

/** How a write went. */
export interface WriteSample {
  readonly outcome: 'taken' | 'refused' | 'lost'
  /** Replicas that had it within the time that WAIT was given; of a write that was taken. */
  readonly replicas?: number
  /** Who took it (`run_id`). */
  readonly runId?: string
  /** Which element of its list this write appended; see `ledgerKey`. */
  readonly sequence: number
  /** The error of the server, `READONLY` say; or why there was no reply: `connect`, `timeout`, `closed`, `name`. */
  readonly detail?: string
}

export type Result = readonly DnsSample[] | PathSample | WriteSample

/** One second, as one node saw it. */
export interface SampleEntry {
  readonly kind: 'sample'
  /** Unix time in ms on the clock of whoever runs the watch: when the second began. */
  readonly at: number
  readonly node: string
  /** Counts up by one as long as the same sampler runs; `sampler` tells one start of it from the next. */
  readonly sequence: number
  readonly sampler: string
  /** Milliseconds until the last of them was there. */
  readonly took: number
  /** By id of the target. What is missing was not asked, or its reply was unreadable. */
  readonly results: Readonly<Record<string, Result>>
}

/** What is asked from now on. */
export interface TargetsEntry {
  readonly kind: 'targets'
  readonly at: number
  readonly targets: readonly Target[]
}

/** The state of the fixture from now on, as the API tells it: what answers have to be. */
export interface TruthEntry {
  readonly kind: 'truth'
  readonly at: number
  /** Unix time in ms at which the API has last told otherwise: it may have become so at any moment since. */
  readonly since?: number
  /** Addresses of ready endpoints by absolute name, sorted: Services, and names below them. Empty for a name that has none now. */
  readonly addresses: Readonly<Record<string, readonly string[]>>
  readonly pods: readonly {
    readonly name: string
    readonly uid: string
    readonly node: string
    readonly address: string
    readonly ready: boolean
    readonly restarts: number
    readonly terminating: boolean
    /** Who takes it away: the reason of its condition `DisruptionTarget`, `EvictionByEvictionAPI` say. */
    readonly disruption?: string
  }[]
}

/** Something that happened to the cluster. */
export interface EventEntry {
  readonly kind: 'event'
  readonly at: number
  /** On which lane of the timeline it is drawn. */
  readonly of: 'API' | 'control plane' | 'node' | 'DNS' | 'proxy' | 'fixture'
  /** The node, Pod or component. */
  readonly subject: string
  /** `not Ready`, `kubelet v1.35.4 → v1.36.3`, `Pod replaced`, … */
  readonly text: string
}

/** What became of one canary: a Service and a Pod that were not there before, and are taken away again. Milliseconds from its creation. */
export interface CanaryEntry {
  readonly kind: 'canary'
  readonly at: number
  readonly name: string
  readonly ready?: number
  readonly sliced?: number
  /** By `node server`. */
  readonly answered: Readonly<Record<string, number>>
  /** By node; `direct` to the Pod, `virtual` through its ClusterIP Service. */
  readonly direct: Readonly<Record<string, number>>
  readonly virtual: Readonly<Record<string, number>>
  /** Milliseconds from its deletion until the name was gone, by `node server`. */
  readonly gone: Readonly<Record<string, number>>
  /** The first step that did not come about in its time, and what was seen last. */
  readonly stuck?: {
    readonly step: 'create' | 'ready' | 'sliced' | 'answered' | 'direct' | 'virtual' | 'gone'
    readonly saw: string
  }
  /** Why nothing can be said: the API was away, say. */
  readonly unseen?: string
}

/** A time in which something could not be seen: neither a failure nor a pass. */
export interface GapEntry {
  readonly kind: 'gap'
  readonly at: number
  /** Unix time in ms at which it began; it ended at `at`. */
  readonly since: number
  /** `API`, or the node whose sampler told nothing. */
  readonly of: string
  readonly reason: string
}

/** What the samplers have asked and dialled since a start of the watch, as far as they were heard, and the bytes of their lines. */
export interface Traffic {
  readonly questions: number
  readonly connections: number
  readonly bytes: number
}

export type JournalEntry =
  /** Once for each start of a watch: one that was started anew goes on in the same file. */
  | { readonly kind: 'begin'; readonly at: number; readonly schema: typeof journalSchema; readonly id: string }
  | {
      readonly kind: 'end'
      readonly at: number
      readonly traffic: Traffic
    }
  | TargetsEntry
  | TruthEntry
  | SampleEntry
  | EventEntry
  | CanaryEntry
  | GapEntry

/** The Redis list to which a start of the sampler of a node appends the sequence of each of its writes. */
export function ledgerKey(node: string, sampler: string): string {
  return `rollcall:watch:${node}:${sampler}`
}
