import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { splitOverSlices } from './split.ts'

const addresses = Array.from({ length: 101 }, (_, index) => `198.19.0.${index + 1}`)

/** A Service with 101 Pods that have an address and are not ready, and these slices. */
function world(...slices: readonly (readonly string[])[]): Snapshot {
  return {
    namespace: 'ns',
    services: [
      {
        metadata: { name: 'split' },
        spec: { selector: { app: 'split' }, ipFamilies: ['IPv4'], publishNotReadyAddresses: true },
      },
    ],
    pods: addresses.map((ip) => ({
      metadata: { name: `p-${ip}`, labels: { app: 'split' } },
      status: { podIP: ip, podIPs: [{ ip }] },
    })),
    slices: slices.map((members, index) => ({
      metadata: { name: `split-${index}`, labels: { 'kubernetes.io/service-name': 'split' } },
      addressType: 'IPv4',
      endpoints: members.map((one) => ({ addresses: [one], conditions: { ready: true } })),
    })),
  } as unknown as Snapshot
}

const judged = (...slices: readonly (readonly string[])[]) => judge(splitOverSlices(world(...slices), 'split', 'IPv4'))

describe('endpoints that are too many for one slice', () => {
  test('are spread over several, in whatever way', () => {
    expect(judged(addresses.slice(0, 100), addresses.slice(100)).verdict).toBe('conformant')
    expect(judged(addresses.slice(0, 40), addresses.slice(40, 80), addresses.slice(80)).verdict).toBe('conformant')
  })

  test('may be in one where the controller has been told so', () => {
    expect(judged(addresses)).toEqual({
      verdict: 'conformant',
      reason:
        'not seen: slices of up to 101 endpoints, as the controller has been told (1 of 2 observations not applicable)',
    })
  })

  test('are neither lost, nor told twice, nor joined by strangers', () => {
    const { verdict, reason } = judged(addresses.slice(0, 100))
    expect(verdict).toBe('non-conformant')
    expect(reason).toContain(
      'expected the addresses of 101 Pods, each once, observed 100 in 1 slices, without 198.19.0.101',
    )
    expect(judged(addresses.slice(0, 100), addresses.slice(99)).verdict).toBe('non-conformant')
    expect(judged(addresses.slice(0, 100), [...addresses.slice(100), '10.0.0.1']).verdict).toBe('non-conformant')
    expect(judged().verdict).toBe('non-conformant')
  })
})
