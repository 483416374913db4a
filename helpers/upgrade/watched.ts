import {
  type CanaryEntry,
  type EventEntry,
  type GapEntry,
  type JournalEntry,
  ledgerKey,
  type SampleEntry,
  type TargetsEntry,
  type TruthEntry,
} from './journal.ts'

/** A journal, sorted by what its entries are and by time. */
export interface Watched {
  /** Of the fixture that was watched; empty where the journal has no beginning. */
  readonly id: string
  /** Unix time in ms of the first and the last entry; both 0 without any. */
  readonly from: number
  readonly to: number
  readonly truths: readonly TruthEntry[]
  readonly targets: readonly TargetsEntry[]
  /** By node, each look once. */
  readonly samples: ReadonlyMap<string, readonly SampleEntry[]>
  readonly events: readonly EventEntry[]
  readonly canaries: readonly CanaryEntry[]
  /** With those in which nobody watched, which are of the API. */
  readonly gaps: readonly GapEntry[]
  /** What the watch itself has sent, if it came to its end. */
  readonly traffic?: { readonly questions: number; readonly connections: number; readonly bytes: number }
}

/** Sorts a journal, whose looks are fetched later than they were taken, and by several nodes. */
export function watchedFrom(entries: readonly JournalEntry[]): Watched {
  const sorted = entries.toSorted((a, b) => a.at - b.at)
  const having = <K extends JournalEntry['kind']>(kind: K) =>
    sorted.filter((one): one is Extract<JournalEntry, { kind: K }> => one.kind === kind)
  const ends = having('end')
  const traffic = ends.reduce(
    (sum, { traffic: one }) => ({
      questions: sum.questions + one.questions,
      connections: sum.connections + one.connections,
      bytes: sum.bytes + one.bytes,
    }),
    { questions: 0, connections: 0, bytes: 0 },
  )
  return {
    id: having('begin')[0]?.id ?? '',
    from: sorted[0]?.at ?? 0,
    to: sorted.at(-1)?.at ?? 0,
    truths: having('truth'),
    targets: having('targets'),
    samples: byNode(having('sample')),
    events: having('event'),
    canaries: having('canary'),
    gaps: having('gap').sort((a, b) => a.since - b.since),
    ...(ends.length === 0 ? {} : { traffic }),
  }
}

/** The Redis lists of all starts of all samplers that told anything. */
export function ledgerKeysOf({ samples }: Pick<Watched, 'samples'>): string[] {
  return [...samples].flatMap(([node, own]) =>
    [...new Set(own.map((one) => one.sampler))].map((sampler) => ledgerKey(node, sampler)),
  )
}

/** Seconds between the first look and the last of each node in which it did not begin one: it was busy, away, or not heard. */
export function secondsMissed({ samples }: Pick<Watched, 'samples'>): number {
  return [...samples.values()].reduce((sum, own) => {
    const [first, last] = [own[0]?.at ?? 0, own.at(-1)?.at ?? 0]
    return sum + Math.max(0, Math.round((last - first) / 1000) + 1 - own.length)
  }, 0)
}

/** A log that was read twice tells looks twice. */
function byNode(samples: readonly SampleEntry[]): ReadonlyMap<string, readonly SampleEntry[]> {
  const nodes = new Map<string, SampleEntry[]>()
  // One set for each start of a sampler: a single one of all looks would grow beyond what a Set holds.
  const known = new Map<string, Set<number>>()
  for (const sample of samples) {
    const start = `${sample.node} ${sample.sampler}`
    const sequences = known.get(start) ?? new Set()
    known.set(start, sequences)
    if (sequences.has(sample.sequence)) continue
    sequences.add(sample.sequence)
    const own = nodes.get(sample.node)
    if (own === undefined) nodes.set(sample.node, [sample])
    else own.push(sample)
  }
  return new Map([...nodes].sort(([a], [b]) => (a < b ? -1 : 1)))
}
