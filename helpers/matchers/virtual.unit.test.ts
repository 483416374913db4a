import { describe, expect, test } from 'vitest'
import type { HttpOutcome } from '../probes/http.ts'
import { answeredBy, gone, refused, sampleFetch, silent, strange } from './http-sample.ts'
import { answeredThrough, reachesEndpoints, spreadsOver, spreadsOverEach } from './virtual.ts'

const a = { address: '10.244.1.5', port: 8080 }
const b = { address: '10.244.2.6', port: 8080 }
const front = { service: 'twin', address: '10.96.0.7', port: 80, endpoints: [a, b] }
const byA = answeredBy('web-a', a.address, 8080, '10.96.0.7')
const byB = answeredBy('web-b', b.address, 8080, '10.96.0.7')
const through = (...outcomes: readonly HttpOutcome[]) =>
  outcomes.map((outcome) => sampleFetch('worker', '10.96.0.7', 80, outcome))
const directly = (outcome: HttpOutcome) => [sampleFetch('worker', a.address, 8080, outcome)]
const reached = directly(answeredBy('web-a', a.address, 8080))

describe('answeredThrough', () => {
  const judged = (outcomes: readonly HttpOutcome[], direct = reached, endpoints = [a, b]) =>
    answeredThrough({ front: { ...front, endpoints }, through: through(...outcomes), direct })[0]

  test('any endpoint may answer, at the address that was dialled and on its own port', () => {
    expect(judged([byA, byA, byB])).toEqual({
      vantage: 'worker',
      backend: 'twin (10.96.0.7)',
      hop: 'node rules',
      verdict: 'conformant',
      expected: '{10.244.1.5 port 8080, 10.244.2.6 port 8080} at twin 10.96.0.7 port 80',
      observed: '{web-a at 10.244.1.5 port 8080, web-b at 10.244.2.6 port 8080}',
    })
  })

  test('one connection that anybody else answers, or nobody, convicts the rules of the node', () => {
    const other = answeredBy('web-c', '10.244.3.3', 8080, '10.96.0.7')
    const port = answeredBy('web-a', a.address, 8081, '10.96.0.7')
    for (const outcome of [other, port, refused, silent, strange])
      expect(judged([byA, outcome])).toMatchObject({ verdict: 'non-conformant', hop: 'node rules' })
    expect(judged([byA, silent, silent])?.observed).toBe('{curl: (28) Connection timed out} in 2 of 3 connections')
  })

  test('a client that is sent on to the address of a Pod is no longer at the virtual one', () => {
    expect(judged([answeredBy('web-a', a.address, 8080)])?.verdict).toBe('non-conformant')
  })

  test('where no endpoint can be reached by itself either, the path is to blame', () => {
    expect(judged([silent, silent], directly(silent))).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
    expect(judged([silent, byA], directly(silent))).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
    const other = answeredBy('web-c', '10.244.3.3', 8080, '10.96.0.7')
    expect(judged([other], directly(silent))?.hop).toBe('node rules')
  })

  test('without an endpoint no Pod answers; a client may be turned away, dropped, or hung up on', () => {
    expect(judged([refused, silent, strange], [], [])).toMatchObject({
      verdict: 'conformant',
      expected: 'no Pod at twin 10.96.0.7 port 80',
    })
    expect(judged([refused, byA], [], [])).toMatchObject({ verdict: 'non-conformant', hop: 'node rules' })
  })

  test('a lost view is no verdict, unless a connection beside it convicts', () => {
    expect(judged([byA, gone])).toMatchObject({ verdict: 'inconclusive', observed: 'the exec broke' })
    expect(judged([gone], [], [])?.verdict).toBe('inconclusive')
    expect(judged([gone, refused])?.verdict).toBe('non-conformant')
  })

  test('each vantage is judged by itself', () => {
    const two = [...through(byA), sampleFetch('worker2', '10.96.0.7', 80, refused)]
    const verdicts = answeredThrough({ front, through: two, direct: reached }).map((one) => [one.vantage, one.verdict])
    expect(verdicts).toEqual([
      ['worker', 'conformant'],
      ['worker2', 'non-conformant'],
    ])
  })
})

describe('spreadsOver', () => {
  const modes = [{ node: 'worker', mode: 'iptables' }] as const
  const judged = (...outcomes: readonly HttpOutcome[]) =>
    spreadsOver({ front, through: through(...outcomes), direct: [] }, modes)

  test('each endpoint answers some, in whatever order and number', () => {
    expect(judged(byA, byA, byB, silent)).toMatchObject({ verdict: 'conformant', observed: 'each in 4' })
  })

  test('one that answers none convicts', () => {
    expect(judged(byA, byA)).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node rules',
      observed: 'none by {10.244.2.6 port 8080} in 2',
    })
  })

  test('a proxy that may go by the client is not blamed where each client stays with one', () => {
    const verdict = (mode: 'ipvs' | 'unknown' | 'nftables', ...outcomes: readonly HttpOutcome[]) =>
      spreadsOver({ front, through: through(...outcomes), direct: [] }, [{ node: 'worker', mode }]).verdict
    expect(verdict('ipvs', byA, byA)).toBe('not-applicable')
    expect(verdict('unknown', byA, byA)).toBe('not-applicable')
    expect(verdict('nftables', byA, byA)).toBe('non-conformant')
    expect(spreadsOver({ front, through: through(byA), direct: [] }, []).verdict).toBe('not-applicable')
    expect(verdict('ipvs', refused, refused)).toBe('non-conformant')
  })

  test('an address of a family of which no Pod has one is left out, unless there is no other', () => {
    const staffed = { front, through: through(byA, byB), direct: [] }
    const unstaffed = { front: { ...front, address: 'fd00::7', endpoints: [] }, through: through(refused), direct: [] }
    expect(spreadsOverEach([unstaffed, staffed], modes).map((one) => one.verdict)).toEqual(['conformant'])
    expect(spreadsOverEach([unstaffed], modes).map((one) => one.verdict)).toEqual(['inconclusive'])
  })

  test('a lost view may be of the one that is missed, and a Service without endpoints has nobody to spread over', () => {
    expect(judged(byA, gone).verdict).toBe('inconclusive')
    expect(judged(byA, byB, gone).verdict).toBe('conformant')
    expect(spreadsOver({ front: { ...front, endpoints: [] }, through: [], direct: [] }, modes).verdict).toBe(
      'inconclusive',
    )
  })
})

test('endpoints answer at their own addresses, and on the port that was dialled', () => {
  const verdicts = [byA, answeredBy('web-a', a.address, 8081), byB, refused, gone].map(
    (outcome) => reachesEndpoints({ front, through: [], direct: directly(outcome) })[0]?.verdict,
  )
  const bad = 'non-conformant'
  expect(verdicts).toEqual(['conformant', bad, bad, bad, 'inconclusive'])
})
