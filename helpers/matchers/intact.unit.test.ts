import { describe, expect, test } from 'vitest'
import type { HttpOutcome } from '../probes/http.ts'
import { answeredBy, gone, refused, sampleFetch, silent, strange } from './http-sample.ts'
import { carriesWhole } from './intact.ts'

const sent = '0123456789'
const address = '10.244.1.5'
const whole = { ...answeredBy('db-0', address, 8080), echo: sent } as HttpOutcome

/** One Pod, dialled from one node with much and from one with little. */
function judged(echo: HttpOutcome, small: HttpOutcome = answeredBy('db-0', address, 8080), smallFrom = 'worker') {
  const echoes = [sampleFetch('worker', address, 8080, echo)]
  const twins = [sampleFetch(smallFrom, address, 8080, small)]
  const [observation] = carriesWhole({ sent, echoes, small: twins }, (at) => (at === address ? 'db-0' : undefined))
  return observation
}

describe('carriesWhole', () => {
  test('acquits a path that brings all of it back, and says who was asked from where', () => {
    expect(judged(whole)).toEqual({
      vantage: 'worker',
      backend: `db-0 (${address})`,
      hop: 'data path',
      expected: 'db-0 says again the 10 bytes that it is sent',
      observed: `db-0 at ${address} port 8080 says all of them`,
      verdict: 'conformant',
    })
  })

  test.for([
    ['says nothing', silent],
    ['hangs up', strange],
    ['turns it away', refused],
  ] as const)('convicts a path on which a Pod that answers little %s when it is sent much', ([, outcome]) => {
    expect(judged(outcome)).toMatchObject({
      verdict: 'non-conformant',
      hop: 'data path',
      observed: expect.stringContaining('and answers one packet at once'),
    })
  })

  test.for([
    ['a part', '01234'],
    ['another text', '9123456789'],
  ])('convicts a path that brings back %s', ([, echo]) => {
    const outcome = { ...answeredBy('db-0', address, 8080), echo } as HttpOutcome
    expect(judged(outcome)).toMatchObject({
      verdict: 'non-conformant',
      observed: expect.stringContaining(`says ${echo?.length} bytes that differ`),
    })
  })

  test('convicts a path that brings back nothing of it', () => {
    expect(judged(answeredBy('db-0', address, 8080))).toMatchObject({ verdict: 'non-conformant' })
  })

  test('convicts a path on which another Pod says it', () => {
    const outcome = { ...answeredBy('db-1', address, 8080), echo: sent } as HttpOutcome
    expect(judged(outcome)).toMatchObject({ verdict: 'non-conformant' })
  })

  test('leaves a Pod that is not reached with little either to those who judge that', () => {
    expect(judged(silent, silent)).toMatchObject({
      verdict: 'not-applicable',
      observed: 'not reached with less either: curl: (28) Connection timed out',
    })
    expect(judged(silent, answeredBy('db-1', address, 8080))).toMatchObject({ verdict: 'not-applicable' })
  })

  test('does not decide where a channel broke, or where the small exchange was never seen', () => {
    expect(judged(gone)).toMatchObject({ verdict: 'inconclusive', observed: 'the exec broke' })
    expect(judged(silent, gone)).toMatchObject({ verdict: 'inconclusive', observed: 'the exec broke' })
    expect(judged(silent, answeredBy('db-0', address, 8080), 'worker2')).toMatchObject({ verdict: 'inconclusive' })
  })
})
