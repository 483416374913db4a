import { expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, sightings, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { ttlBounded } from './ttl.ts'

const name = `web.${zone}`

function said(...ttls: readonly number[]) {
  const outcome = answer(ttls.map((ttl, index) => addressRecord(name, `10.244.1.${index}`, ttl)))
  const judged = ttlBounded(sightings(soundSnapshot, [{ name, type: 'A' }], { instead: () => outcome }))
  return [judge(judged).verdict, judged[0]?.observed]
}

test('a TTL from 0 to the cap is bounded', () => {
  expect([said(0, 0), said(5, 5), said(30), said(60, 60)].map(([verdict]) => verdict)).toEqual(
    Array(4).fill('conformant'),
  )
})

test('a TTL above the cap, and two TTLs in one answer, are not', () => {
  expect(said(61, 61)).toEqual(['non-conformant', 'TTL 61 s over TCP'])
  expect(said(3600)).toEqual(['non-conformant', 'TTL 3600 s over TCP'])
  expect(said(5, 30)).toEqual(['non-conformant', 'TTL 5, 30 s over TCP'])
})

test('an answer without addresses says nothing of their TTL', () => {
  expect(said()).toEqual(['inconclusive', 'NOERROR without addresses over TCP'])
})

test('the TTL of a CNAME on the way does not count', () => {
  const chain = answer([{ name, type: 'CNAME', ttl: 300, text: 'x' }, addressRecord('x', '10.244.1.5')])
  const judged = ttlBounded(sightings(soundSnapshot, [{ name, type: 'A' }], { instead: () => chain }))
  expect(judge(judged).verdict).toBe('conformant')
})
