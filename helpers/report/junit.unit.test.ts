import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { junitXml } from './junit.ts'
import { sampleObservation, sampleRecord, sampleRecords, sampleReport } from './report-sample.ts'
import { xmlSafe } from './xml.ts'

const schema = await readFile(join(import.meta.dirname, '../../reports/junit.xsd'), 'utf8')
const second = (index: number) => sampleRecords.slice(index, index + 1)

describe('junitXml', () => {
  test.for([
    ['every verdict', sampleReport()],
    ['a strict run', sampleReport(sampleRecords, { strict: true })],
    ['no record', sampleReport([])],
    ['an interrupted run', sampleReport(sampleRecords, { interrupted: true })],
    ['failing set-up', sampleReport([], { problems: ['API unreachable: connect ECONNREFUSED', 'clean-up failed'] })],
  ] as const)('is valid with %s', async ([, report]) => {
    expect(await faults(junitXml(report))).toEqual([])
  })

  test('makes a failure of a broken MUST, with the observations that disagree', () => {
    expect(junitXml(sampleReport(second(1)))).toContain(
      `    <testcase name="headless Service answers with a bounded TTL" classname="dns" time="2.000">
      <properties>
        <property name="id" value="dns.ttl.bound"/>
        <property name="level" value="MUST"/>
        <property name="verdict" value="non-conformant"/>
        <property name="spec" value="dns-based-service-discovery/1.1.0#2.4.1"/>
        <property name="hop" value="DNS backend"/>
      </properties>
      <failure message="DNS backend: expected at most 30, observed 300" type="non-conformant">DNS backend, from kind-worker via coredns-abc (10.244.1.3): expected at most 30, observed 300</failure>
      <system-out>Corefile:
.:53 {
}</system-out>
    </testcase>`,
    )
  })

  test('warns of a SHOULD that is not kept', () => {
    const xml = junitXml(sampleReport(second(2)))
    expect(xml).not.toContain('<failure')
    expect(xml).toContain('<property name="warning" value="pod: expected x, observed y"/>')
    expect(xml).toContain(
      '<system-out>pod: expected x, observed y\n\npod, from kind-worker: expected 10.244.1.5, observed y</system-out>',
    )
  })

  test('makes a failure of a SHOULD in a strict run', () => {
    const xml = junitXml(sampleReport(second(2), { strict: true }))
    expect(xml).toContain('<failure message="pod: expected x, observed y" type="non-conformant">')
    expect(xml).not.toContain('name="warning"')
  })

  test('makes an error of what could not be seen', () => {
    expect(junitXml(sampleReport(second(3)))).toContain(
      '<error message="no channel to kind-worker" type="inconclusive">',
    )
  })

  test('says why a requirement is not applicable', () => {
    expect(junitXml(sampleReport(second(4)))).toContain('<skipped message="privileged pods are refused here"/>')
  })

  test('counts in suites of one area each, in wall time from the first start', () => {
    const xml = junitXml(sampleReport())
    expect(xml).toContain('<testsuites name="rollcall" tests="5" failures="1" errors="1" time="9.250">')
    expect(xml).toContain(
      '<testsuite name="dns" tests="3" failures="1" errors="0" skipped="0" time="3.000" timestamp="2025-11-21T08:00:01.000Z">',
    )
    expect(xml).toContain('<testsuite name="proxy" tests="2" failures="0" errors="1" skipped="1" time="0.500"')
  })

  test('tells problems of the run in a suite of their own', () => {
    const xml = junitXml(sampleReport([], { problems: ['API unreachable', 'clean-up failed'] }))
    expect(xml).toContain('<testsuites name="rollcall" tests="1" failures="0" errors="1"')
    expect(xml).toContain('<testcase name="environment" classname="run" time="0.000">')
    expect(xml).toContain(
      '<error message="API unreachable" type="environment">API unreachable\nclean-up failed</error>',
    )
  })

  test.for([
    [
      'an interrupted run',
      sampleReport([sampleRecord()], { interrupted: true }),
      'the run was interrupted before its end',
    ],
    ['a run of nothing', sampleReport([]), 'no requirement was executed'],
    ['a run where nothing applies', sampleReport(second(4)), 'no requirement was executed'],
  ] as const)('is never green for %s', ([, report, message]) => {
    expect(junitXml(report)).toContain(`<error message="${message}"`)
  })

  test('takes the colours of a terminal out', () => {
    const red = '\u001b[31mred\u001b[39m'
    const report = sampleReport([sampleRecord({ verdict: 'inconclusive', reason: red, evidence: [red] })])
    expect(junitXml(report)).toContain('message="red"')
    expect(junitXml(report)).toContain('<system-out>red</system-out>')
  })

  test('stays valid and keeps every string that XML can hold', { timeout: 60_000 }, async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), hostile)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 30 }), async (triples) => {
        const records = triples.map(([title, reason, spec], index) =>
          sampleRecord({
            ...{ id: `r${String(index).padStart(3, '0')}`, title, reason, spec, verdict: 'inconclusive' },
            observations: [sampleObservation({ verdict: 'inconclusive', observed: reason, backend: title })],
            evidence: [reason],
          }),
        )
        const { valid, rawOutput, normalized } = await validateXML({
          xml: junitXml(sampleReport(records)),
          schema,
          normalization: 'c14n',
        })
        expect(valid, rawOutput).toBe(true)
        expect(attributes(normalized, 'testcase', 'name')).toEqual(triples.map(([title]) => xmlSafe(title)))
        const specs = triples.map(([, , spec]) => xmlSafe(spec))
        expect(specs.every((spec) => attributes(normalized, 'property', 'value').includes(spec))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })
})

const hostile = fc.constantFrom(
  ']]>',
  '<!--',
  '&amp;&#10;',
  '"\'<>&',
  'line\r\nline\ttab',
  '\ud800 lone \udc00',
  '\u0000\u0008\u001b[31m\ufffe\uffff',
  '😀 𝒳',
  '<?xml?>',
)

async function faults(xml: string): Promise<readonly string[]> {
  return (await validateXML({ xml, schema })).errors.map((error) => error.message)
}

/** Values as another parser understood them, read from its canonical output. */
function attributes(canonical: string, element: string, name: string): readonly string[] {
  const pattern = new RegExp(`<${element} [^>]*?\\b${name}="([^"]*)"`, 'g')
  return [...canonical.matchAll(pattern)].map(([, value = '']) => decoded(value))
}

function decoded(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return text.replaceAll(/&(?:#x([0-9A-F]+)|(\w+));/g, (_, hex: string | undefined, entity: string | undefined) =>
    hex === undefined ? (named[entity ?? ''] ?? '') : String.fromCodePoint(Number.parseInt(hex, 16)),
  )
}
