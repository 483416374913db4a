import { describe, expect, test } from 'vitest'
import {
  foreignSlice,
  type PodSketch,
  samplePod,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
} from './snapshot-sample.ts'
import {
  canonical,
  expectedAddresses,
  familiesOf,
  namedEndpoints,
  namedFamilies,
  readyEndpoints,
  sameSet,
  selectedPods,
  serviceNamed,
  setText,
  slicesOf,
} from './truth.ts'

function published(sketch: Partial<PodSketch>, publishNotReadyAddresses = false): string[] {
  const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'], ...sketch })]
  return expectedAddresses(
    sampleSnapshot([sampleService({ name: 'web', publishNotReadyAddresses })], pods),
    'web',
    'IPv4',
  )
}

describe('expectedAddresses', () => {
  test.for([
    ['a ready pod', {}, true, true],
    ['a pod that is not ready', { ready: false }, false, true],
    ['a terminating pod that still serves', { terminating: true }, false, true],
    ['a pod that has succeeded', { phase: 'Succeeded' }, false, false],
    ['a pod that has failed', { phase: 'Failed' }, false, false],
    ['a pod without an address', { addresses: [] }, false, false],
    ['a pod that the selector does not match', { app: 'other' }, false, false],
  ] as const)('counts %s as published by the flag alone', ([, sketch, byReadiness, byFlag]) => {
    expect([published(sketch).length === 1, published(sketch, true).length === 1]).toEqual([byReadiness, byFlag])
  })

  test('takes the addresses of one family, in their shortest form', () => {
    const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:10:0:0:0:0:0:5'] })]
    const snapshot = sampleSnapshot([sampleService({ name: 'web', families: ['IPv6', 'IPv4'] })], pods)
    expect(familiesOf(serviceNamed(snapshot, 'web'))).toEqual(['IPv6', 'IPv4'])
    expect(expectedAddresses(snapshot, 'web', 'IPv4')).toEqual(['10.244.1.5'])
    expect(expectedAddresses(snapshot, 'web', 'IPv6')).toEqual(['fd00:10::5'])
  })

  test('names the Service that the fixture lacks', () => {
    expect(() => expectedAddresses(soundSnapshot, 'cache', 'IPv4')).toThrow('namespace ns has no Service cache')
  })
})

test('a Service without selector selects no pod', () => {
  expect(selectedPods(soundSnapshot, { spec: {} })).toEqual([])
})

test('an absent ready condition counts as ready', () => {
  const [slice] = slicesOf(soundSnapshot, 'web')
  const endpoints = [{ addresses: ['1.1.1.1'] }, { addresses: ['2.2.2.2'], conditions: {} }].concat(
    [true, false].map((ready) => ({ addresses: [String(ready)], conditions: { ready } })),
  )
  const ready = readyEndpoints(slice === undefined ? [] : [{ ...slice, endpoints }])
  expect(ready.map((one) => one.addresses[0])).toEqual(['1.1.1.1', '2.2.2.2', 'true'])
})

test('slices join by the name of the Service, and by family where one is given', () => {
  expect(slicesOf(soundSnapshot, 'db').map((one) => one.metadata?.name)).toEqual(['db-ipv4'])
  expect(slicesOf(soundSnapshot, 'db', 'IPv6')).toEqual([])
})

test('sets compare without order and repetition', () => {
  expect(sameSet(['a', 'b'], ['b', 'a', 'a'])).toBe(true)
  expect(sameSet(['a', 'b'], ['a', 'c'])).toBe(false)
  expect(sameSet(['a'], ['a', 'b'])).toBe(false)
  expect(setText(['b', 'a', 'b'])).toBe('{a, b}')
})

test('what is no address stays as it is', () => {
  expect([canonical('FD00::0005'), canonical('example.com'), canonical('')]).toEqual(['fd00::5', 'example.com', ''])
})

describe('namedEndpoints', () => {
  test('takes ready endpoints with a hostname, as slices hold them, of one family or of both', () => {
    expect(namedEndpoints(soundSnapshot, 'db', 'IPv4')).toEqual([
      { hostname: 'db-0', addresses: ['10.244.1.7'] },
      { hostname: 'db-1', addresses: ['10.244.2.8'] },
    ])
    expect(namedEndpoints(soundSnapshot, 'db', 'IPv6')).toEqual([])
    expect(namedEndpoints(soundSnapshot, 'web')).toEqual([])
    const unready = withEndpoints(soundSnapshot, 'db-ipv4', ([first, ...rest]) => [
      ...(first === undefined ? [] : [{ ...first, conditions: { ready: false } }]),
      ...rest,
    ])
    expect(namedEndpoints(unready, 'db').map((one) => one.hostname)).toEqual(['db-1'])
  })
})

test('namedFamilies joins those of the Service with those of its slices', () => {
  expect(namedFamilies(soundSnapshot, 'web')).toEqual(['IPv4'])
  const slices = [...soundSnapshot.slices, { ...foreignSlice('web', 'fd00::9'), addressType: 'IPv6' }]
  expect(namedFamilies({ ...soundSnapshot, slices }, 'web')).toEqual(['IPv4', 'IPv6'])
  expect(namedFamilies({ ...soundSnapshot, slices }, 'db')).toEqual(['IPv4'])
})
