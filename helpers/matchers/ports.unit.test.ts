import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Pod, Service } from '../target/objects.ts'
import { portsAreTargets, portsAreWritten } from './ports.ts'
import { foreignSlice, samplePod, sampleService, sampleSnapshot, soundSnapshot, withSlice } from './snapshot-sample.ts'

type Ports = NonNullable<NonNullable<Service['spec']>['ports']>

function pod(name: string, address: string, containerPort: number, sidecar = false): Pod {
  const one = samplePod({ name, app: 'web', addresses: [address] })
  const container = { name: 'nginx', ports: [{ name: 'http', containerPort, protocol: 'TCP' }] }
  const init = { ...container, name: 'sidecar', restartPolicy: 'Always' }
  const spec = sidecar ? { containers: [], initContainers: [init] } : { containers: [container] }
  return { ...one, spec: { ...one.spec, ...spec } }
}

/** One slice for each pod, as for pods that give one name to different numbers. */
function world(ports: Ports, pods: readonly Pod[], slicePorts: readonly EndpointSlice['ports'][]): Snapshot {
  const service = sampleService({ name: 'web' })
  const snapshot = sampleSnapshot([{ ...service, spec: { ...service.spec, ports } }], pods)
  const slices = snapshot.slices.flatMap((slice) =>
    slicePorts.map((one, index) => {
      const { ports: _, ...rest } = { ...slice, endpoints: slice.endpoints.slice(index, index + 1) }
      return { ...rest, ...(one === undefined ? {} : { ports: one }) }
    }),
  )
  return { ...snapshot, slices }
}

function said(snapshot: Snapshot): string[][] {
  return portsAreTargets(snapshot, 'web').map((one) => [one.verdict, one.expected, one.observed])
}

const http = { name: 'http', port: 8080, protocol: 'TCP' }
const named = [{ ...http, port: 80, targetPort: 'http' }]

test('portsAreWritten convicts an API that has merged two ports by their number', () => {
  const ports = [
    { name: 'stream', port: 53, protocol: 'TCP' },
    { name: 'datagram', port: 53, protocol: 'UDP' },
  ]
  const written = [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports } }]
  const judged = (kept: Ports) => {
    const { verdict, hop, observed } = portsAreWritten(world(kept, [], []), written, 'web')
    return [verdict, hop, observed]
  }
  expect(judged([...ports].reverse())).toEqual(['conformant', 'Service', '{datagram 53/UDP, stream 53/TCP}'])
  expect(judged(ports.slice(0, 1))).toEqual(['non-conformant', 'Service', '{stream 53/TCP}'])
  expect(judged(ports.map((one) => ({ ...one, protocol: 'TCP' })))[0]).toBe('non-conformant')
})

describe('portsAreTargets', () => {
  test('looks a name up at each pod, sidecars included', () => {
    const pods = [pod('web-a', '10.244.1.5', 8080), pod('web-b', '10.244.1.6', 9090, true)]
    const right = world(named, pods, [[http], [{ ...http, port: 9090 }]])
    expect(said(right)).toEqual([
      ['conformant', '{http 8080/TCP} at web-a', '{http 8080/TCP}'],
      ['conformant', '{http 9090/TCP} at web-b', '{http 9090/TCP}'],
    ])
    expect(said(world(named, pods, [[http], [http]]))[1]).toEqual([
      'non-conformant',
      '{http 9090/TCP} at web-b',
      '{http 8080/TCP}',
    ])
  })

  test('convicts another number, name, protocol and application, one too many and one too few', () => {
    const pods = [pod('web-a', '10.244.1.5', 8080)]
    const ports = [{ ...http, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' }]
    const own = { ...http, appProtocol: 'kubernetes.io/h2c' }
    const verdict = (...seen: EndpointSlice['ports'] & object) => said(world(ports, pods, [seen]))[0]?.[0]
    expect(verdict(own)).toBe('conformant')
    expect(verdict({ ...own, port: 80 })).toBe('non-conformant')
    expect(verdict({ ...own, name: 'web' })).toBe('non-conformant')
    expect(verdict({ ...own, protocol: 'UDP' })).toBe('non-conformant')
    expect(verdict(http)).toBe('non-conformant')
    expect(verdict(own, { ...http, name: 'admin' })).toBe('non-conformant')
    expect(verdict()).toBe('non-conformant')
  })

  test('wants no port of a pod that does not name it, nor of a Service without ports', () => {
    const pods = [pod('web-a', '10.244.1.5', 8080)]
    expect(said(world([{ ...http, targetPort: 'other' }], pods, [[]]))).toEqual([['conformant', '{} at web-a', '{}']])
    expect(said(world([], pods, [undefined]))[0]?.[0]).toBe('conformant')
  })

  test('takes the only port, which needs no name, and a number that is its own', () => {
    const pods = [pod('web-a', '10.244.1.5', 8080)]
    expect(said(world([{ port: 8080 }], pods, [[{ name: '', port: 8080, protocol: 'TCP' }]]))).toEqual([
      ['conformant', '{unnamed 8080/TCP} at web-a', '{unnamed 8080/TCP}'],
    ])
  })

  test('leaves slices of somebody else alone, and is inconclusive without endpoints of pods', () => {
    const slices = [...soundSnapshot.slices, foreignSlice('web', '10.244.1.5')]
    expect(judge(portsAreTargets({ ...soundSnapshot, slices }, 'web')).verdict).toBe('conformant')
    const empty = withSlice(soundSnapshot, 'web-ipv4', (one) => ({ ...one, endpoints: [] }))
    expect(judge(portsAreTargets(empty, 'web'))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'no endpoint of a pod of web is in sight',
    })
  })
})
