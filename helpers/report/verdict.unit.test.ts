import { describe, expect, test } from 'vitest'
import { hops, type Observation, type RequirementRecord } from './record.ts'
import { exitCodeOf, isBroken, isWarning, judge, totalsOf } from './verdict.ts'

const nodes = ['control', 'worker', 'worker2']
const servers = ['dns-a (10.244.0.2)', 'dns-b (10.244.1.3)', 'dns-c (10.244.2.4)']

function look(change: Partial<Observation> = {}): Observation {
  return {
    vantage: 'worker',
    backend: 'dns-a (10.244.0.2)',
    hop: 'DNS backend',
    verdict: 'conformant',
    expected: '10.244.1.5',
    observed: '10.244.1.5',
    ...change,
  }
}

/** Every backend asked from every node; those for which `lies` holds answer NXDOMAIN. */
function grid(lies: (vantage: string, backend: string) => boolean): readonly Observation[] {
  return nodes.flatMap((vantage) =>
    servers.map((backend) =>
      lies(vantage, backend)
        ? look({ vantage, backend, verdict: 'non-conformant', observed: 'NXDOMAIN' })
        : look({ vantage, backend }),
    ),
  )
}

function record(change: Partial<RequirementRecord>): RequirementRecord {
  return {
    id: 'dns.a',
    level: 'MUST',
    spec: 's',
    title: 't',
    area: 'dns',
    verdict: 'conformant',
    reason: '',
    seconds: 0,
    evidence: [],
    observations: [],
    ...change,
  }
}

describe('judge', () => {
  const bad = look({ verdict: 'non-conformant', observed: 'NXDOMAIN' })
  const unclear = look({ verdict: 'inconclusive', observed: 'no channel to worker' })
  const inapplicable = look({ verdict: 'not-applicable', observed: 'the cluster is IPv4 only' })

  test.for([
    ['nothing', [], 'inconclusive', 'nothing was observed'],
    ['agreement', [look(), look()], 'conformant', ''],
    ['one disagreement', [bad], 'non-conformant', 'DNS backend: expected 10.244.1.5, observed NXDOMAIN'],
    ['one failure to see', [unclear], 'inconclusive', 'no channel to worker'],
    [
      'a failure to see beside agreement',
      [look(), unclear],
      'inconclusive',
      'no channel to worker (1 of 2 observations inconclusive)',
    ],
    [
      'a disagreement beside a failure to see',
      [unclear, bad],
      'non-conformant',
      'DNS backend: expected 10.244.1.5, observed NXDOMAIN; 1 of 2 observations inconclusive',
    ],
    ['nothing applicable', [inapplicable, inapplicable], 'not-applicable', 'the cluster is IPv4 only'],
    [
      'agreement where applicable',
      [look(), inapplicable],
      'conformant',
      'not seen: the cluster is IPv4 only (1 of 2 observations not applicable)',
    ],
    ['a failure to see beside nothing applicable', [inapplicable, unclear], 'inconclusive', /^no channel to worker/],
    ['a disagreement beside nothing applicable', [inapplicable, bad], 'non-conformant', /observed NXDOMAIN$/],
  ] as const)('judges %s', ([, observations, verdict, reason]) => {
    expect(judge(observations)).toMatchObject({
      verdict,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    })
  })

  test('names the earliest hop that disagrees, whatever the order of the observations', () => {
    const backwards = [...hops]
      .reverse()
      .map((hop) => look({ hop, verdict: hop === 'pod' ? 'conformant' : 'non-conformant' }))
    expect(judge(backwards)).toMatchObject({ hop: 'Service', reason: expect.stringMatching(/^Service: /) })
  })

  test('names no hop unless it convicts', () => {
    expect(judge([look()])).not.toHaveProperty('hop')
    expect(judge([unclear])).not.toHaveProperty('hop')
  })

  test.for([
    [
      'a backend that lies to all',
      (_: string, backend: string) => backend === servers[1],
      'only backend dns-b (10.244.1.3) disagrees, at 3 of 3 vantages',
    ],
    [
      'a backend that lies to one vantage',
      (vantage: string, backend: string) => backend === servers[1] && vantage === 'worker',
      'only backend dns-b (10.244.1.3) disagrees, at 1 of 3 vantages (worker)',
    ],
    [
      'a vantage that hears lies from all',
      (vantage: string) => vantage === 'worker2',
      'only vantage worker2 disagrees, at 3 of 3 backends',
    ],
    [
      'a majority',
      (_: string, backend: string) => backend !== servers[1],
      '6 of 9 observations disagree, at 3 of 3 vantages and 2 of 3 backends',
    ],
    ['all', () => true, '9 of 9 observations disagree, at 3 of 3 vantages and 3 of 3 backends'],
    [
      'liars all over the place',
      (vantage: string, backend: string) => nodes.indexOf(vantage) === servers.indexOf(backend),
      '3 of 9 observations disagree, at 3 of 3 vantages and 3 of 3 backends',
    ],
  ] as const)('tells %s', ([, lies, who]) => {
    expect(judge(grid(lies)).reason).toBe(`DNS backend: expected 10.244.1.5, observed NXDOMAIN; ${who}`)
  })

  test('names two lying backends of five', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((backend) =>
      look({ backend, verdict: backend < 'c' ? 'non-conformant' : 'conformant' }),
    )
    expect(judge(five).reason).toMatch(/only backends a and b disagree, at 1 of 1 vantage$/)
  })

  test('counts without backends where there are none', () => {
    const api = look({ vantage: 'API', backend: '', hop: 'EndpointSlice' })
    expect(judge([api, { ...api, verdict: 'non-conformant' }]).reason).toMatch(
      /; 1 of 2 observations disagrees, at 1 of 1 vantage$/,
    )
  })

  test('names a lone vantage where there are no backends', () => {
    const three = nodes.map((vantage) =>
      look({ vantage, backend: '', hop: 'data path', verdict: vantage === 'worker' ? 'non-conformant' : 'conformant' }),
    )
    expect(judge(three).reason).toMatch(/; only vantage worker disagrees$/)
  })

  test('does not count what could not be seen as agreement', () => {
    const blind = nodes.map((vantage) =>
      look({ vantage, verdict: vantage === 'worker' ? 'non-conformant' : 'inconclusive' }),
    )
    expect(judge(blind).reason).not.toContain('only')
  })

  test('says that the disagreements differ among themselves', () => {
    expect(judge([bad, { ...bad, observed: 'SERVFAIL' }]).reason).toContain('(first of 2 different disagreements)')
  })
})

describe('exitCodeOf', () => {
  const outcome = { interrupted: false, strict: false, problems: [] }
  const good = record({})
  const must = record({ verdict: 'non-conformant' })
  const should = record({ verdict: 'non-conformant', level: 'SHOULD' })
  const unclear = record({ verdict: 'inconclusive' })
  const inapplicable = record({ verdict: 'not-applicable' })

  test.for([
    ['all is conformant', [good], {}, 0],
    ['a part is not applicable', [good, inapplicable], {}, 0],
    ['a SHOULD is not kept', [good, should], {}, 0],
    ['a SHOULD is not kept and nothing else was run', [should], {}, 0],
    ['a SHOULD is not kept in a strict run', [good, should], { strict: true }, 1],
    ['a MUST is broken', [good, must], {}, 1],
    ['a MUST is broken and another could not be seen', [must, unclear], { problems: ['clean-up failed'] }, 1],
    ['something could not be seen', [good, unclear], {}, 2],
    ['nothing is applicable', [inapplicable], {}, 2],
    ['nothing was selected', [], {}, 2],
    ['clean-up failed', [good], { problems: ['the namespace is stuck'] }, 2],
    ['it was interrupted', [good, must, unclear], { interrupted: true, problems: ['p'] }, 130],
  ] as const)('tells that %s', ([, records, change, code]) => {
    expect(exitCodeOf(records, { ...outcome, ...change })).toBe(code)
  })

  test('counts a SHOULD as broken or as a warning, never as both', () => {
    expect([isBroken(should, false), isWarning(should, false)]).toEqual([false, true])
    expect([isBroken(should, true), isWarning(should, true)]).toEqual([true, false])
    expect([isBroken(good, true), isWarning(good, false)]).toEqual([false, false])
  })

  test('counts every verdict', () => {
    expect(totalsOf([good, must, should, unclear, inapplicable, good])).toEqual({
      conformant: 2,
      'non-conformant': 2,
      inconclusive: 1,
      'not-applicable': 1,
    })
  })
})
