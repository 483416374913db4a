import { describe, expect, test } from 'vitest'
import type { Service } from '../target/objects.ts'
import { askingPod, insideOf, lostInside } from './inside-sample.ts'
import { noHeadlessVariables } from './service-variables.ts'

const service = (name: string, clusterIP: string, creationTimestamp = '2026-01-01T00:00:00Z'): Service => ({
  metadata: { name, creationTimestamp },
  spec: { clusterIP, clusterIPs: [clusterIP] },
})
const snapshot = {
  namespace: 'ns',
  pods: [],
  slices: [],
  services: [service('asked', 'None'), service('asked-clusterip', '10.96.0.7')],
}

describe('noHeadlessVariables', () => {
  const judge = (sighting = insideOf(), pod = askingPod(), among = snapshot) =>
    noHeadlessVariables(among, pod, sighting).map((one) => one.verdict)

  test('accepts a Pod that has those of a ClusterIP Service alone', () => {
    expect(judge()).toEqual(['conformant'])
  })

  test.for(['ASKED_SERVICE_HOST', 'ASKED_SERVICE_PORT'])('convicts %s', (variable) => {
    expect(judge(insideOf({ variables: ['ASKED_CLUSTERIP_SERVICE_HOST', variable] }))).toEqual(['non-conformant'])
    expect(judge(insideOf({ variables: [variable] }))).toEqual(['non-conformant'])
  })

  test('decides nothing where no Service has variables', () => {
    expect(judge(insideOf({ variables: ['HOME'] }))).toEqual(['inconclusive'])
    expect(judge(lostInside)).toEqual(['inconclusive'])
  })

  test('takes no Service for a control that came after the Pod', () => {
    const late = service('asked-clusterip', '10.96.0.7', '2026-01-01T00:01:00Z')
    expect(judge(insideOf(), askingPod(), { ...snapshot, services: [service('asked', 'None'), late] })).toEqual([
      'inconclusive',
    ])
  })

  test('does not apply to a Pod that wants no variables', () => {
    expect(judge(insideOf(), askingPod({ enableServiceLinks: false }))).toEqual(['not-applicable'])
  })
})
