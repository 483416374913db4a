import { conformanceReport } from './json.ts'
import type { ConformanceReport, Observation, RequirementRecord, RunRecord } from './record.ts'

/** Records and reports for unit tests; every field can be changed. */
export function sampleObservation(change: Partial<Observation> = {}): Observation {
  return {
    vantage: 'kind-worker',
    backend: 'coredns-abc (10.244.1.3)',
    hop: 'DNS backend',
    verdict: 'conformant',
    expected: '10.244.1.5',
    observed: '10.244.1.5',
    ...change,
  }
}

export function sampleRecord(change: Partial<RequirementRecord> = {}): RequirementRecord {
  return {
    id: 'dns.headless.a.exact-set',
    level: 'MUST',
    spec: 'dns-based-service-discovery/1.1.0#2.4.1',
    title: 'headless Service answers A with every ready Pod, and nothing else',
    area: 'dns',
    verdict: 'conformant',
    reason: '',
    started: '2025-11-21T08:00:01.000Z',
    seconds: 0.5,
    evidence: [],
    observations: [sampleObservation()],
    ...change,
  }
}

/** One record of each kind that the formats tell apart. */
export const sampleRecords: readonly RequirementRecord[] = [
  sampleRecord(),
  sampleRecord({
    id: 'dns.ttl.bound',
    title: 'headless Service answers with a bounded TTL',
    verdict: 'non-conformant',
    reason: 'DNS backend: expected at most 30, observed 300',
    hop: 'DNS backend',
    started: '2025-11-21T08:00:02.000Z',
    seconds: 2,
    evidence: ['Corefile:\n.:53 {\n}'],
    observations: [
      sampleObservation(),
      sampleObservation({ verdict: 'non-conformant', expected: 'at most 30', observed: '300' }),
    ],
  }),
  sampleRecord({
    id: 'dns.should',
    level: 'SHOULD',
    title: 'headless Service keeps a recommendation',
    verdict: 'non-conformant',
    reason: 'pod: expected x, observed y',
    hop: 'pod',
    observations: [sampleObservation({ hop: 'pod', backend: '', verdict: 'non-conformant', observed: 'y' })],
  }),
  sampleRecord({
    id: 'proxy.headless.direct',
    area: 'proxy',
    title: "the Pod's own address (IPv4) answers",
    verdict: 'inconclusive',
    reason: 'no channel to kind-worker',
    observations: [sampleObservation({ verdict: 'inconclusive', observed: 'no channel to kind-worker' })],
  }),
  sampleRecord({
    id: 'proxy.headless.no-rules',
    area: 'proxy',
    title: 'no rule names it',
    verdict: 'not-applicable',
    reason: 'privileged pods are refused here',
    observations: [],
  }),
]

export function sampleReport(
  records: readonly RequirementRecord[] = sampleRecords,
  run: Partial<RunRecord> = {},
): ConformanceReport {
  return conformanceReport({
    run: {
      id: 'r1',
      started: '2025-11-21T08:00:00.000Z',
      finished: '2025-11-21T08:00:09.250Z',
      seconds: 9.25,
      command: 'npm test',
      exit: 1,
      problems: [],
      interrupted: false,
      ...run,
    },
    cluster: { version: 'v1.34.0', nodes: [{ name: 'kind-worker' }] },
    records,
  })
}
