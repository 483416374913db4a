import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { conformanceJson, conformanceJsonSchema, conformanceReport, parseConformance } from './json.ts'
import type { Verdict } from './record.ts'
import { sampleRecord, sampleRecords, sampleReport } from './report-sample.ts'

describe('conformanceReport', () => {
  test('names its format and counts its verdicts', () => {
    expect(sampleReport()).toMatchObject({
      schema: 'rollcall.dev/conformance/v1',
      totals: { conformant: 1, 'non-conformant': 2, inconclusive: 1, 'not-applicable': 1 },
    })
  })

  test('has one order, whatever the order in which the tests ended', () => {
    const backwards = sampleReport([...sampleRecords].reverse())
    expect(conformanceJson(backwards)).toBe(conformanceJson(sampleReport()))
    expect(backwards.requirements.map(({ id }) => id)).toEqual([
      'dns.headless.a.exact-set',
      'dns.should',
      'dns.ttl.bound',
      'proxy.headless.direct',
      'proxy.headless.no-rules',
    ])
  })

  test('publishes no credential, wherever it got in', () => {
    const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl`
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'
    const { run } = sampleReport()
    const report = conformanceReport({
      run: { ...run, command: `rollcall run --token ${jwt}`, problems: ['401 for Authorization: Bearer abcdef123456'] },
      cluster: { nested: [{ kubeconfig: key }] },
      records: [sampleRecord({ evidence: [`token: ${jwt}`, 'token: none'] })],
    })
    expect(report.run.command).toBe('rollcall run --token [redacted]')
    expect(report.run.problems).toEqual(['401 for Authorization: Bearer [redacted]'])
    expect(report.cluster).toEqual({ nested: [{ kubeconfig: '[redacted]' }] })
    expect(report.requirements[0]?.evidence).toEqual(['token: [redacted]', 'token: none'])
  })
})

describe('conformanceJson', () => {
  test('is read back as it was', () => {
    expect(parseConformance(conformanceJson(sampleReport()))).toEqual(sampleReport())
  })

  test('refuses a report that does not fit its schema', () => {
    const broken = sampleReport([sampleRecord({ verdict: 'green' as Verdict })])
    expect(() => conformanceJson(broken)).toThrow(/does not fit its schema: .*requirements\[0\]\.verdict/)
  })

  test('has a current schema file', async () => {
    const written = await readFile(join(import.meta.dirname, '../../reports/conformance.schema.json'), 'utf8')
    expect(JSON.parse(written), 'reports/README.md tells how to write the schema file again').toEqual(
      conformanceJsonSchema(),
    )
  })
})
