import { expect, test } from 'vitest'
import { pod, service, shown, slice } from './fixture-sample.ts'
import { untoldOf } from './settled.ts'

const labels = { app: 'rollcall-up-kv' }
const kv = { ...service('up-kv', labels.app), spec: { clusterIP: 'None', selector: labels } }
const [first, second] = [pod('up-kv-0', labels.app, '10.244.1.9'), pod('up-kv-1', labels.app, '10.244.1.10')]
const of = (ready: boolean, address: string) => ({ addresses: [address], conditions: { ready } })
const untold = (...endpoints: ReturnType<typeof of>[]): string | undefined =>
  untoldOf({ ...shown(), services: [kv], pods: [first, second], slices: [slice('up-kv', endpoints)] } as never)

test('slices that lack a Pod that is Ready, or tell that it is not, are not settled', () => {
  const missing = 'the EndpointSlices of up-kv do not tell that Pod up-kv-1 is Ready'
  expect(untold(of(true, '10.244.1.9'))).toBe(missing)
  expect(untold(of(true, '10.244.1.9'), of(false, '10.244.1.10'))).toBe(missing)
})

test('slices that tell of every Pod that is Ready are', () => {
  expect(untold(of(true, '10.244.1.9'), of(true, '10.244.1.10'))).toBeUndefined()
  const unready = pod('up-kv-1', labels.app, '10.244.1.10', { ready: false })
  const slices = [slice('up-kv', [of(true, '10.244.1.9'), of(false, '10.244.1.10')])]
  expect(untoldOf({ services: [kv], pods: [first, unready], slices } as never)).toBeUndefined()
  expect(untoldOf({ services: [service('up-hand', undefined)], pods: [first], slices: [] } as never)).toBeUndefined()
})
