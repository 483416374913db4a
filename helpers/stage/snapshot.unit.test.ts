import { expect, test } from 'vitest'
import type { NetworkPolicy } from '../target/objects.ts'
import { evidenceOf } from './snapshot.ts'

test('evidence names the policies that may stand between clients and Pods, and whom they are for', () => {
  const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy =>
    ({ metadata: { namespace: 'ns', name }, spec }) as NetworkPolicy
  const value = [
    policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    policy('web', {
      podSelector: {
        matchLabels: { app: 'web', tier: 'front' },
        matchExpressions: [
          { key: 'zone', operator: 'In', values: ['a', 'b'] },
          { key: 'canary', operator: 'DoesNotExist' },
        ],
      },
    }),
  ]
  const nothing = { namespace: 'ns', pods: [], services: [], slices: [] }
  expect(evidenceOf({ ...nothing, networkPolicies: { seen: true, value } })).toEqual([
    'NetworkPolicy ns/default-deny isolates all Pods for Ingress and Egress',
    'NetworkPolicy ns/web isolates Pods with app=web, tier=front, zone In a|b, canary DoesNotExist for Ingress',
  ])
  expect(evidenceOf({ ...nothing, networkPolicies: { seen: false, reason: 'no right' } })).toEqual([])
})
