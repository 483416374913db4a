import { expect, test } from 'vitest'
import { catalogText, doubles, type Statement, wrongOf } from './catalog.ts'
import { desk } from './fake-run.ts'

const entry = {
  id: 'dns.ttl.bound',
  level: 'SHOULD',
  title: 'a headless Service answers with one TTL',
  area: 'dns',
  spec: 'specification 2.4.1',
  file: 'suites/dns/ttl.test.ts',
} as const

test('rollcall catalog --json lists every requirement of the suites, without a cluster', async ({ onTestFinished }) => {
  const { start } = await desk(onTestFinished)
  const { code, stdout } = await start(['catalog', '--json']).ended
  expect(code).toBe(0)
  const entries = JSON.parse(stdout) as Statement[]
  expect(entries.length).toBeGreaterThanOrEqual(22)
  expect(entries).toContainEqual({
    id: 'dns.ttl.bound',
    level: 'SHOULD',
    title: 'a headless Service answers with one TTL of at most a minute',
    area: 'dns',
    spec: 'kubernetes/dns specification 1.1.0 2.4.1',
    file: 'suites/dns/ttl.test.ts',
  })
}, 60_000)

test('what a test says of itself is checked', () => {
  const where = '"a headless Service answers with one TTL" in suites/dns/ttl.test.ts'
  expect(wrongOf(entry)).toEqual([])
  expect(wrongOf({ ...entry, id: 'ttl' })).toEqual([`${where} has the id "ttl", which is not like dns.ttl.bound`])
  expect(wrongOf({ ...entry, id: 'dns.TTL' })).toHaveLength(1)
  expect(wrongOf({ ...entry, level: 'MAY', spec: ' ' })).toEqual([
    `${where} has the level "MAY", not MUST or SHOULD`,
    `${where} cites no specification`,
  ])
})

test('an id belongs to one test', () => {
  expect(doubles([entry, { ...entry, id: 'dns.other' }])).toEqual([])
  expect(doubles([entry, { ...entry, file: 'suites/dns/other.test.ts' }])).toEqual([
    '2 tests have the id "dns.ttl.bound", in suites/dns/ttl.test.ts and suites/dns/other.test.ts',
  ])
})

test('people read areas, and below each its requirements', () => {
  const must = { ...entry, id: 'redis.role', level: 'MUST', area: 'redis', title: 'a set has a master' } as const
  expect(catalogText([entry, must])).toBe(
    [
      'dns',
      '  dns.ttl.bound  SHOULD  a headless Service answers with one TTL',
      '',
      'redis',
      '  redis.role  MUST    a set has a master',
      '',
      '2 requirements, 1 of them MUST',
      '',
    ].join('\n'),
  )
})
