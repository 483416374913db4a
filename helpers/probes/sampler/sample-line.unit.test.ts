import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Target } from '../../upgrade/journal.ts'
import { readSampleLine } from './sample-line.ts'
import { targetsText } from './targets-text.ts'

const targets: readonly Target[] = [
  {
    ...{ kind: 'dns', id: 'dns resolver', role: 'resolver', address: '10.96.0.10', port: 53 },
    questions: [
      { name: 'web.ns.svc.cluster.local', type: 'A' },
      { name: 'six.ns.svc.cluster.local.', type: 'AAAA' },
    ],
  },
  { kind: 'http', id: 'http web', way: 'virtual', address: 'fd00::5', port: 8080, of: 'web' },
  { kind: 'kept', id: 'kept kv-0', way: 'direct', address: '10.244.1.9', port: 6379, of: 'kv-0' },
  { kind: 'write', id: 'write kv-0', host: 'kv-0.kv.ns.svc.cluster.local', port: 6379 },
]
const known = (version: number) => (version === 5 ? targets : undefined)
const head = 'S 1700000000123 1699999999000 2 37 5'

function results(rest: string) {
  const read = readSampleLine(`${head} ${rest}`, known)
  if (read.kind === 'malformed') throw new Error(read.reason)
  return read.sample
}

describe('a line of a sampler', () => {
  test('tells when, by whom, and what came of each target', () => {
    expect(
      results('0=+10.244.1.2,10.244.1.1;NXDOMAIN 1=answered/10.244.1.7 2=broken/closed 3=taken/2/0123456789abcdef'),
    ).toEqual({
      ...{ began: 1_700_000_000_123, sampler: '1699999999000', sequence: 2, took: 37, strange: [] },
      results: {
        'dns resolver': [
          { name: 'web.ns.svc.cluster.local', type: 'A', rcode: 'NOERROR', records: ['10.244.1.1', '10.244.1.2'] },
          { name: 'six.ns.svc.cluster.local', type: 'AAAA', rcode: 'NXDOMAIN', records: [] },
        ],
        'http web': { outcome: 'answered', detail: '10.244.1.7' },
        'kept kv-0': { outcome: 'broken', detail: 'closed' },
        'write kv-0': { outcome: 'taken', sequence: 2, replicas: 2, runId: '0123456789abcdef' },
      },
    })
  })

  test('leaves out what was not asked, and what has no replicas or no name', () => {
    expect(results('0=-;timeout 3=taken/-/-').results).toEqual({
      'dns resolver': [{ name: 'six.ns.svc.cluster.local', type: 'AAAA', rcode: 'timeout', records: [] }],
      'write kv-0': { outcome: 'taken', sequence: 2 },
    })
  })

  test.each([
    ['refused/READONLY/00ff', { outcome: 'refused', sequence: 2, detail: 'READONLY', runId: '00ff' }],
    ['refused//-', { outcome: 'refused', sequence: 2, detail: 'OTHER' }],
    ['lost/name', { outcome: 'lost', sequence: 2, detail: 'name' }],
  ])('tells a write that was %s', (text, expected) => {
    expect(results(`3=${text}`).results['write kv-0']).toEqual(expected)
  })

  test.each(['9=answered', '0=+10.0.0.1', '0=a b;c', '1=vanished', '3=lost/weather', '3=', 'x=1', '1', '0=+1;+1;+1'])(
    'tells what of it cannot be read, and keeps the rest: %s',
    (part) => {
      const { results: read, strange } = results(`${part} 2=silent`)
      expect(read).toEqual({ 'kept kv-0': { outcome: 'silent' } })
      expect(strange.length).toBeGreaterThan(0)
    },
  )

  test.each(['', 'S', 'S 1 2 3', 'bash: fork: retry', 'S 1 2 3 4 x', ' S 1 2 3 4 5'])('is none: %j', (line) => {
    expect(readSampleLine(line, known)).toMatchObject({ kind: 'malformed' })
  })

  test('cannot be read where nobody knows what was asked', () => {
    const reason = 'a sample of the targets 6, which nobody knows'
    expect(readSampleLine('S 1 2 3 4 6 0=+', known)).toEqual({ kind: 'malformed', reason })
  })

  test('never throws, whatever a log holds', () => {
    const torn = fc.nat(200).map((length) => `${head} 0=+10.0.0.1;NXDOMAIN 1=answered/x 3=taken/2/ab`.slice(0, length))
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `${head} ${text}`),
      torn,
    )
    fc.assert(fc.property(noise, (line) => ['sample', 'malformed'].includes(readSampleLine(line, known).kind)))
  })

  test('holds every answer, however many records it has', () => {
    const address = fc.ipV4()
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 20 }), fc.nat(100_000), (addresses, sequence) => {
        const line = `S 10 5 ${sequence} 3 5 0=+${addresses.join(',')};SERVFAIL`
        const read = readSampleLine(line, known)
        expect(read).toMatchObject({
          kind: 'sample',
          sample: {
            sequence,
            results: { 'dns resolver': [{ records: [...addresses].sort() }, { rcode: 'SERVFAIL' }] },
          },
        })
      }),
    )
  })
})

describe('the list of targets', () => {
  test('is one target a line, by absolute names', () => {
    expect(targetsText(5, targets).split('\n')).toEqual([
      'targets 5',
      'dns 10.96.0.10 53 web.ns.svc.cluster.local. A six.ns.svc.cluster.local. AAAA',
      'http fd00::5 8080',
      'kept 10.244.1.9 6379',
      'write kv-0.kv.ns.svc.cluster.local. 6379',
    ])
  })

  test.each(['', '-x', '@host', '+tcp', 'a b', 'a\nb', '$(x)', 'a;b'])('holds no word that is not one: %j', (host) => {
    const target: Target = { kind: 'write', id: 'write', host, port: 1 }
    expect(() => targetsText(1, [target])).toThrow('the sampler cannot be asked for write')
  })
})
