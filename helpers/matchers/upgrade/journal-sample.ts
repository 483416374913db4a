import { ofNode } from '../../of-node.ts'
import type { JournalEntry, Result, SampleEntry, Target, TruthEntry } from '../../upgrade/journal.ts'
import { watchedFrom } from '../../upgrade/watched.ts'
import type { Watch } from './spells.ts'
import { windowsOf } from './windows.ts'

/** When the journals of these tests begin: some time of day, in Unix ms. */
export const noon = Date.UTC(2026, 10, 22, 12)
export const nodes = ['kind-control-plane', 'kind-worker', 'kind-worker2'] as const
export const zone = 'up.svc.cluster.local'
const web = { 'up-web-a': '10.244.1.5', 'up-web-b': '10.244.2.7' }

/** A name of the fixture, absolute. */
export function named(name: string): string {
  return `${name}.${zone}`
}

export const truth: TruthEntry = {
  kind: 'truth',
  at: noon,
  addresses: {
    [named('up-web')]: ['10.96.0.20'],
    [named('up-web-headless')]: Object.values(web),
    [named('up-kv')]: ['10.244.1.9'],
    [named('up-kv-0.up-kv')]: ['10.244.1.9'],
    [named('up-nobody')]: [],
  },
  pods: [
    { name: 'up-kv-0', node: 'kind-worker', address: '10.244.1.9' },
    { name: 'up-web-a', node: 'kind-worker', address: web['up-web-a'] },
    { name: 'up-web-b', node: 'kind-worker2', address: web['up-web-b'] },
    ...nodes.map((node, index) => ({ name: `sampler-${index}`, node, address: `10.244.${index}.2` })),
  ].map((pod) => ({ ...pod, uid: `uid-${pod.name}`, ready: true, restarts: 0, terminating: false })),
}

const questions = Object.keys(truth.addresses).map((name) => ({ name, type: 'A' as const }))

export const targets: readonly Target[] = [
  { kind: 'dns', id: 'dns resolver 10.96.0.10', role: 'resolver', address: '10.96.0.10', port: 53, questions },
  { kind: 'dns', id: 'dns coredns-a', role: 'backend', address: '10.244.0.3', port: 53, questions },
  { kind: 'dns', id: 'dns coredns-b', role: 'backend', address: '10.244.0.4', port: 53, questions },
  ...Object.entries(web).map(([of, address]): Target => {
    return { kind: 'http', id: `http ${of}`, way: 'direct', address, port: 8080, of }
  }),
  { kind: 'http', id: 'http up-web', way: 'virtual', address: '10.96.0.20', port: 8080, of: 'up-web' },
  { kind: 'kept', id: 'kept up-kv-0', way: 'direct', address: '10.244.1.9', port: 6379, of: 'up-kv-0' },
  { kind: 'write', id: 'write up-kv-0', host: named('up-kv-0.up-kv'), port: 6379 },
]

/** What a sound cluster shows of a target in one second. */
function soundResult(target: Target, { addresses }: TruthEntry, sequence: number): Result {
  switch (target.kind) {
    case 'dns':
      return questions.map(({ name, type }) => {
        const records = addresses[name] ?? []
        return { name, type, rcode: records.length === 0 ? 'NXDOMAIN' : 'NOERROR', records }
      })
    case 'http':
    case 'kept':
      return { outcome: 'answered' }
    case 'write':
      return { outcome: 'taken', replicas: 1, runId: 'run-1', sequence }
  }
}

/** The look of a node in one second of a sound cluster. */
export function soundSample(node: string, second: number, now = truth): SampleEntry {
  const results = Object.fromEntries(targets.map((one) => [one.id, soundResult(one, now, second)]))
  const at = noon + second * 1000
  return { kind: 'sample', at, node, sequence: second, sampler: `s-${node}`, took: 20, results }
}

export interface Story {
  /** Seconds that are watched; 120 unless told. */
  readonly seconds?: number
  /** What a look showed in the place of what a sound cluster would; undefined where there was none. */
  readonly look?: (sound: SampleEntry, second: number) => SampleEntry | undefined
  /** What else is in the journal. */
  readonly besides?: readonly JournalEntry[]
}

/** The journal of a cluster to which something happened. */
export function journalOf({ seconds = 120, look = (sound) => sound, besides = [] }: Story): JournalEntry[] {
  const samples = nodes.flatMap((node) =>
    Array.from({ length: seconds }, (_, second) => look(soundSample(node, second), second) ?? []).flat(),
  )
  return [
    { kind: 'begin', at: noon, schema: 'rollcall.dev/watch/v1', id: 'abc123' },
    { kind: 'targets', at: noon, targets },
    truth,
    ...besides,
    ...samples,
    { kind: 'end', at: noon + seconds * 1000, traffic: { questions: 9, connections: 3, bytes: 1000 } },
  ]
}

export function twinOf(service: string): string | undefined {
  return service === 'up-web' ? named('up-web-headless') : undefined
}

/** What was watched, where Pods of these nodes are given these nameservers, and these questions, `name type`, were denied before. */
export function watchOf(
  entries: readonly JournalEntry[],
  nameservers: Readonly<Record<string, readonly string[]>> = {},
  denied: ReadonlySet<string> = new Set(),
): Watch {
  const watched = watchedFrom(entries)
  return { watched, looked: windowsOf(watched, { twinOf, nameserversOf: (node) => ofNode(nameservers, node), denied }) }
}

/** A look in which one target shows something else. */
export function showing(sound: SampleEntry, id: string, result: Result): SampleEntry {
  return { ...sound, results: { ...sound.results, [id]: result } }
}

/** A look in which a DNS server says something else of one name. */
export function saying(
  sound: SampleEntry,
  server: string,
  name: string,
  told: { readonly rcode: string; readonly records?: readonly string[] },
): SampleEntry {
  const all = sound.results[server]
  if (!Array.isArray(all)) return sound
  const spoilt = all.map((one) =>
    one.name === named(name) ? { records: [], ...one, ...told, ...(told.records ? {} : { records: [] }) } : one,
  )
  return showing(sound, server, spoilt)
}

/** Whether a second lies between two, the first one included. */
export function between(second: number, from: number, to: number): boolean {
  return second >= from && second < to
}
