import type { DnsSample, PathSample, Result, Target, WriteSample } from '../../upgrade/journal.ts'

/** What a sampler has printed of one second. */
export interface SampleLine {
  /** Unix time in ms on the clock of the node: when the second began, and when the sampler started. */
  readonly began: number
  readonly sampler: string
  readonly sequence: number
  /** Milliseconds. */
  readonly took: number
  /** By id of the target. */
  readonly results: Readonly<Record<string, Result>>
  /** What of the line could not be read, each in a few words. */
  readonly strange: readonly string[]
}

/** A line, or why it is none; `idle` is what other programs of the Pod may have printed. */
export type ReadLine =
  | { readonly kind: 'sample'; readonly sample: SampleLine }
  | { readonly kind: 'malformed'; readonly reason: string }

/** The targets that a version of the list holds; undefined where nobody knows it any more. */
export type KnownTargets = (version: number) => readonly Target[] | undefined

const head = /^S (\d{1,15}) (\d{1,15}) (\d{1,10}) (\d{1,10}) (\d{1,15})(?: |$)/

/** Reads one line of a sampler's log; see sampler.sh for its form. Throws nothing: a log may hold anything. */
export function readSampleLine(line: string, known: KnownTargets): ReadLine {
  const [whole = '', began, sampler = '', sequence, took, version] = head.exec(line) ?? []
  if (whole === '') return { kind: 'malformed', reason: `no sample: ${JSON.stringify(line.slice(0, 80))}` }
  const targets = known(Number(version))
  if (targets === undefined)
    return { kind: 'malformed', reason: `a sample of the targets ${version}, which nobody knows` }
  const results: Record<string, Result> = {}
  const strange: string[] = []
  for (const part of line.slice(whole.length).split(' ').filter(Boolean)) {
    const [, place, text = ''] = /^(\d{1,5})=(.*)$/.exec(part) ?? []
    const target = place === undefined ? undefined : targets[Number(place)]
    const result = target === undefined ? undefined : resultOf(target, text, Number(sequence))
    if (target === undefined || result === undefined) strange.push(part.slice(0, 80))
    else results[target.id] = result
  }
  return {
    kind: 'sample',
    sample: { began: Number(began), sampler, sequence: Number(sequence), took: Number(took), results, strange },
  }
}

function resultOf(target: Target, text: string, sequence: number): Result | undefined {
  if (target.kind === 'dns') return dnsResult(target, text)
  return target.kind === 'write' ? writeResult(text, sequence) : pathResult(text)
}

/** `+` with the data, an RCODE or a reason for each question, `-` for one that was not asked. */
function dnsResult({ questions }: Target & { kind: 'dns' }, text: string): readonly DnsSample[] | undefined {
  const items = text.split(';')
  if (items.length !== questions.length) return undefined
  const samples: DnsSample[] = []
  for (const [index, { name, type }] of questions.entries()) {
    const item = items[index] ?? ''
    if (item === '-') continue
    if (!/^(?:\+.*|[A-Za-z0-9]{1,20})$/.test(item)) return undefined
    const rcode = item.startsWith('+') ? 'NOERROR' : item
    const records = item.startsWith('+') ? item.slice(1).split(',').filter(Boolean) : []
    samples.push({ name: name.replace(/\.$/, ''), type, rcode, records: records.map(dataOf).sort() })
  }
  return samples
}

/** What dig prints of one record, whose words are kept apart by a slash; a name without its last dot. */
function dataOf(record: string): string {
  return record.replaceAll('/', ' ').replace(/\.$/, '').toLowerCase()
}

function pathResult(text: string): PathSample | undefined {
  const [, outcome, detail] = /^(answered|refused|silent|broken|strange)(?:\/(.*))?$/.exec(text) ?? []
  if (outcome === undefined) return undefined
  return {
    outcome: outcome as PathSample['outcome'],
    ...(detail ? { detail: detail.replaceAll('_', ' ') } : {}),
  }
}

function writeResult(text: string, sequence: number): WriteSample | undefined {
  const [outcome, first = '', run = ''] = text.split('/')
  const runId = /^[0-9a-f]+$/.test(run) ? { runId: run } : {}
  if (outcome === 'taken')
    return { outcome, sequence, ...(/^\d{1,4}$/.test(first) ? { replicas: Number(first) } : {}), ...runId }
  if (outcome === 'refused' && /^[A-Z]+$/.test(first)) return { outcome, sequence, detail: first, ...runId }
  if (outcome === 'refused') return { outcome, sequence, detail: 'OTHER', ...runId }
  const lost = ['connect', 'timeout', 'closed', 'name'].includes(first)
  return outcome === 'lost' && lost ? { outcome, sequence, detail: first } : undefined
}
