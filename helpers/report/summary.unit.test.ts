import { describe, expect, test } from 'vitest'
import { sampleRecord, sampleRecords, sampleReport } from './report-sample.ts'
import { rerunCommand, summaryText, wantsColour } from './summary.ts'

describe('summaryText', () => {
  test('shows areas, what is not conformant, where the reports are, how to go on, and counts last', () => {
    expect(summaryText(sampleReport(), { directory: 'reports' })).toBe(`\
dns    1 conformant, 2 non-conformant
proxy  1 inconclusive, 1 not-applicable

dns.should  SHOULD  non-conformant  pod: expected x, observed y
dns.ttl.bound  MUST  non-conformant  DNS backend: expected at most 30, observed 300
proxy.headless.direct  MUST  inconclusive  no channel to kind-worker
proxy.headless.no-rules  MUST  not-applicable  privileged pods are refused here

Reports: reports/conformance.json, reports/junit.xml
Run one requirement again: npm test -- -t 'headless Service answers with a bounded TTL'

1 not applicable, 1 warning
1 passed, 2 failed
`)
  })

  test('tells one cause of many once, also where it is the problem of the run', () => {
    const cause = 'The API server cannot be reached.'
    const records = ['a', 'b', 'c', 'd'].map((id) => sampleRecord({ id, verdict: 'inconclusive', reason: cause }))
    expect(summaryText(sampleReport(records, { problems: [cause] }))).toBe(`\
dns  4 inconclusive

4 requirements  inconclusive  The API server cannot be reached.

Run one requirement again: npm test -- -t 'headless Service answers A with every ready Pod, and nothing else'

0 not applicable, 0 warnings
0 passed, 4 failed
`)
  })

  test('counts a SHOULD as failed in a strict run', () => {
    expect(summaryText(sampleReport(sampleRecords, { strict: true }))).toMatch(
      /1 not applicable, 0 warnings\n1 passed, 3 failed\n$/,
    )
  })

  test('is short where all is conformant', () => {
    expect(summaryText(sampleReport([sampleRecord()]))).toBe(
      'dns  1 conformant\n\n0 not applicable, 0 warnings\n1 passed, 0 failed\n',
    )
  })

  test('tells problems and interruption where there is no record', () => {
    const report = sampleReport([], { interrupted: true, problems: ['API unreachable'] })
    expect(summaryText(report)).toBe(
      'The run was interrupted.\nAPI unreachable\n\n0 not applicable, 0 warnings\n0 passed, 0 failed\n',
    )
  })

  test('names policies of the whole cluster where a way is closed, and only there', () => {
    const cluster = { widePolicies: ['GlobalNetworkPolicy a', 'GlobalNetworkPolicy b', 'c', 'd', 'e'] }
    const closed = sampleRecord({ verdict: 'non-conformant', hop: 'data path', reason: 'data path: expected x' })
    const said = 'may have closed a way on purpose: GlobalNetworkPolicy a, GlobalNetworkPolicy b, c and 2 more.\n'
    expect(summaryText({ ...sampleReport([closed]), cluster })).toContain(said)
    expect(summaryText(sampleReport([closed]))).not.toContain('on purpose')
    for (const verdict of ['conformant', 'inconclusive'] as const)
      expect(summaryText({ ...sampleReport([sampleRecord({ verdict })]), cluster })).not.toContain('on purpose')
    const elsewhere = sampleRecord({ verdict: 'non-conformant', hop: 'EndpointSlice', reason: 'EndpointSlice: x' })
    expect(summaryText({ ...sampleReport([elsewhere]), cluster })).not.toContain('on purpose')
  })

  test('colours verdicts only when asked to', () => {
    expect(summaryText(sampleReport(), { colour: true })).toContain('\u001b[31m2 failed\u001b[39m')
    expect(summaryText(sampleReport())).not.toContain('\u001b')
  })

  test('does not let a cluster write to the terminal', () => {
    const report = sampleReport([sampleRecord({ verdict: 'inconclusive', reason: 'a\u001b[2Jb\nc\u0007\u009b' })])
    expect(summaryText(report)).toContain('inconclusive  ab c\n')
  })
})

describe('rerunCommand', () => {
  test('survives the shell and the regular expression', () => {
    const title = "the Pod's own address (IPv4) answers [a|b] $x"
    const command = rerunCommand(sampleRecord({ title }))
    expect(command).toBe("npm test -- -t 'the Pod'\\''s own address \\(IPv4\\) answers \\[a\\|b\\] \\$x'")
    expect(/the Pod's own address \(IPv4\) answers \[a\|b\] \$x/.test(title)).toBe(true)
  })
})

test('what is to be run again is run with the flags that it needs', () => {
  const record = sampleRecord({ verdict: 'inconclusive', title: 'answers each' })
  const flagsAgain = () => ['--context', "'a b'"]
  const said = (area: string) => summaryText(sampleReport([{ ...record, area }]), { flagsAgain })
  expect(said('dns')).toContain(": npm test -- -t 'answers each' --context 'a b'\n")
  expect(said('upgrade')).toContain(": npx rollcall after --fixture-only --context 'a b'\n")
})

describe('wantsColour', () => {
  test.for([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ] as const)('judges %o with %o', ([stream, env, wanted]) => {
    expect(wantsColour(stream, env)).toBe(wanted)
  })
})
