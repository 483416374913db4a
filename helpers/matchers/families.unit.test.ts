import { expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import { otherFamilies, slicesKeepFamilies } from './families.ts'
import {
  foreignSlice,
  samplePod,
  sampleService,
  sampleSlice,
  sampleSnapshot,
  soundSnapshot,
} from './snapshot-sample.ts'

const dualPods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:10:244:1::5'] })]
const single = sampleSnapshot([sampleService({ name: 'web' })], dualPods)
const dual = sampleSnapshot([sampleService({ name: 'web', families: ['IPv4', 'IPv6'] })], dualPods)
const six = (...addresses: readonly string[]) => ({
  ...foreignSlice('web', ...addresses),
  addressType: 'IPv6' as const,
})

test('otherFamilies are those of Pods and slices that the Service does not have', () => {
  expect(otherFamilies(soundSnapshot, 'web')).toEqual([])
  expect(otherFamilies(single, 'web')).toEqual(['IPv6'])
  expect(otherFamilies(dual, 'web')).toEqual([])
  expect(otherFamilies({ ...soundSnapshot, slices: [...soundSnapshot.slices, six('fd00::9')] }, 'web')).toEqual([
    'IPv6',
  ])
})

test('slicesKeepFamilies acquits slices of the families of the Service, and empty ones of another', () => {
  for (const snapshot of [single, dual, { ...single, slices: [...single.slices, six()] }])
    expect(judge(slicesKeepFamilies(snapshot, 'web'))).toEqual({ verdict: 'conformant', reason: '' })
})

test('slicesKeepFamilies convicts the slice of a family that the Service does not have', () => {
  const own = sampleSlice(sampleService({ name: 'web', families: ['IPv6'] }), dualPods, 'IPv6')
  const { reason, ...rest } = judge(slicesKeepFamilies({ ...single, slices: [...single.slices, own] }, 'web'))
  expect(rest).toEqual({ verdict: 'non-conformant', hop: 'EndpointSlice' })
  expect(reason).toContain('expected endpoints of web of {IPv4} alone, observed endpoints of IPv6')
  expect(reason).toContain('web-ipv6')
})
