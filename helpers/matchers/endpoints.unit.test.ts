import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { NodeFact } from '../target/nodes.ts'
import { seen, unseen } from '../target/seen.ts'
import { slicesHoldPods } from './addresses.ts'
import { readyFollowsPods, servingFollowsPods, terminatingFollowsPods } from './conditions.ts'
import { endpointsArePods, hostnamesFollowSubdomain, nodesAndZones } from './endpoints.ts'
import { portsAreTargets } from './ports.ts'
import {
  foreignSlice,
  samplePod,
  samplePods,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
} from './snapshot-sample.ts'

function node(name: string, zone?: string): NodeFact {
  const about = {
    addresses: [],
    os: 'linux',
    architecture: 'amd64',
    ready: true,
    schedulable: true,
    kubelet: 'v1.34.0',
  }
  return { name, ...about, ...(zone === undefined ? {} : { zone }) }
}

const nodes = seen([node('control'), node('worker'), node('worker2')])

/** The verdict of each judge of endpoint fields on one Service. */
function verdicts(snapshot: Snapshot, service: string) {
  return {
    pods: judge(endpointsArePods(snapshot, service)).verdict,
    hostname: judge(hostnamesFollowSubdomain(snapshot, service)).verdict,
    ready: judge(readyFollowsPods(snapshot, service)).verdict,
    serving: judge(servingFollowsPods(snapshot, service)).verdict,
    terminating: judge(terminatingFollowsPods(snapshot, service)).verdict,
    ports: judge(portsAreTargets(snapshot, service)).verdict,
    place: judge(nodesAndZones(snapshot, service, nodes)).verdict,
  }
}

const sound = {
  pods: 'conformant',
  hostname: 'conformant',
  ready: 'conformant',
  serving: 'conformant',
  terminating: 'conformant',
  ports: 'conformant',
  place: 'conformant',
}

/** What the judge says against one Service. */
function against(judged: readonly { verdict: string; expected: string; observed: string }[]): string[][] {
  return judged.filter((one) => one.verdict === 'non-conformant').map((one) => [one.expected, one.observed])
}

describe('the judges of endpoints', () => {
  test('acquit what the controller writes', () => {
    expect([verdicts(soundSnapshot, 'web'), verdicts(soundSnapshot, 'db')]).toEqual([sound, sound])
  })

  test('acquit both families of a dual-stack Service, and IPv6 alone', () => {
    const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:10::5'] })]
    const worlds = (['IPv4', 'IPv6'] as const).map((family) => [family])
    for (const families of [...worlds, ['IPv4', 'IPv6'] as const])
      expect(verdicts(sampleSnapshot([sampleService({ name: 'web', families })], pods), 'web')).toEqual(sound)
  })

  test('acquit terminating pods, published or not, and terminal ones', () => {
    const pods = [
      samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'], terminating: true }),
      samplePod({ name: 'web-b', app: 'web', addresses: ['10.244.1.6'], phase: 'Succeeded', ready: false }),
      samplePod({ name: 'web-c', app: 'web', addresses: ['10.244.1.7'], ready: false }),
      samplePod({ name: 'web-d', app: 'web', addresses: [], phase: 'Pending', ready: false }),
    ]
    for (const publishNotReadyAddresses of [true, false])
      expect(verdicts(sampleSnapshot([sampleService({ name: 'web', publishNotReadyAddresses })], pods), 'web')).toEqual(
        sound,
      )
  })

  test('acquit an address that a new pod has while the old one is terminating', () => {
    const old = { app: 'db', addresses: ['10.244.1.7'], hostname: 'db-0', subdomain: 'db' }
    const pods = [
      samplePod({ name: 'db-0', uid: 'old', ...old, terminating: true, ready: false }),
      samplePod({ name: 'db-1', uid: 'new', ...old, hostname: 'db-1', node: 'worker2' }),
    ]
    const snapshot = sampleSnapshot([sampleService({ name: 'db' })], pods)
    const reversed = { ...snapshot, pods: [...pods].reverse() }
    expect([verdicts(snapshot, 'db'), verdicts(reversed, 'db')]).toEqual([sound, sound])
    expect(slicesHoldPods(snapshot, 'db', 'IPv4').verdict).toBe('conformant')
    const unlisted = withEndpoints(snapshot, 'db-ipv4', (all) => all.filter((one) => one.targetRef?.uid === 'old'))
    expect(against(endpointsArePods(unlisted, 'db'))).toEqual([['an endpoint for 10.244.1.7 of db-1', 'none']])
  })

  test('acquit an endpoint that is in two slices while it moves', () => {
    const slices = [...soundSnapshot.slices, ...soundSnapshot.slices]
    expect(verdicts({ ...soundSnapshot, slices }, 'db')).toEqual(sound)
  })

  test('leave an address in a slice of somebody else to the one requirement that it breaks', () => {
    const slices = [...soundSnapshot.slices, foreignSlice('web', '192.0.2.1')]
    expect(verdicts({ ...soundSnapshot, slices }, 'web')).toEqual({ ...sound, pods: 'non-conformant' })
    expect(judge(endpointsArePods({ ...soundSnapshot, slices }, 'web'))).toEqual({
      verdict: 'non-conformant',
      hop: 'EndpointSlice',
      reason:
        "EndpointSlice: expected only addresses of pods selected by web, observed {192.0.2.1}, no such pod's, in a slice managed by somebody; only backend web-foreign disagrees, at 1 of 1 vantage",
    })
  })

  test('take a slice of names for what it is', () => {
    const names = { ...foreignSlice('web', 'example.com'), addressType: 'FQDN' }
    expect(against(endpointsArePods({ ...soundSnapshot, slices: [...soundSnapshot.slices, names] }, 'web'))).toEqual([
      ['only addresses of pods selected by web', "{example.com}, no such pod's, in a slice managed by somebody"],
    ])
  })
})

describe('endpointsArePods', () => {
  test('misses an endpoint', () => {
    const snapshot = withEndpoints(soundSnapshot, 'web-ipv4', (all) => all.slice(1))
    expect(against(endpointsArePods(snapshot, 'web'))).toEqual([['an endpoint for 10.244.1.5 of web-a', 'none']])
    expect(against(endpointsArePods({ ...soundSnapshot, slices: [] }, 'web'))).toHaveLength(2)
  })

  test('convicts a wrong uid, a wrong name, no reference, and two addresses', () => {
    const said = (change: object) =>
      against(
        endpointsArePods(
          withEndpoints(soundSnapshot, 'web-ipv4', ([first, ...rest]) =>
            first === undefined ? [] : [{ ...first, ...change }, ...rest],
          ),
          'web',
        ),
      )
    const expected = 'one address, targetRef Pod web-a uid-web-a'
    const ref = { kind: 'Pod', namespace: 'ns', name: 'web-a', uid: 'uid-web-a' }
    expect(said({ targetRef: { ...ref, uid: 'gone' } })).toEqual([[expected, '{10.244.1.5}, targetRef Pod web-a gone']])
    expect(said({ targetRef: { ...ref, name: 'web-x' } })).toEqual([
      [expected, '{10.244.1.5}, targetRef Pod web-x uid-web-a'],
    ])
    expect(said({ targetRef: { ...ref, namespace: 'other' } })).toHaveLength(1)
    expect(said({ targetRef: undefined })).toEqual([
      [expected, '{10.244.1.5}, targetRef undefined undefined undefined'],
    ])
    expect(said({ addresses: ['10.244.1.5', '10.244.9.9'] })).toEqual([
      [expected, '{10.244.1.5, 10.244.9.9}, targetRef Pod web-a uid-web-a'],
    ])
  })
})

describe('hostnamesFollowSubdomain', () => {
  test('convicts a wrong hostname, a missing one, and one that the pod did not ask for', () => {
    const said = (service: string, hostname: string | undefined) =>
      against(
        hostnamesFollowSubdomain(
          withEndpoints(soundSnapshot, `${service}-ipv4`, ([first, ...rest]) => {
            if (first === undefined) return []
            const { hostname: _, ...nameless } = first
            return [hostname === undefined ? nameless : { ...nameless, hostname }, ...rest]
          }),
          service,
        ),
      )
    expect(said('db', 'db-9')).toEqual([['hostname db-0 for db-0', 'hostname db-9 for db-0']])
    expect(said('db', undefined)).toEqual([['hostname db-0 for db-0', 'no hostname for db-0']])
    expect(said('web', 'web-a')).toEqual([['no hostname for web-a', 'hostname web-a for web-a']])
  })

  test('wants no hostname of a pod whose subdomain is another Service', () => {
    const pods = [
      samplePod({ name: 'db-0', app: 'db', addresses: ['10.244.1.7'], hostname: 'db-0', subdomain: 'other' }),
      samplePod({ name: 'db-1', app: 'db', addresses: ['10.244.1.8'], subdomain: 'db' }),
    ]
    expect(verdicts(sampleSnapshot([sampleService({ name: 'db' })], pods), 'db')).toEqual(sound)
  })
})

describe('nodesAndZones', () => {
  const zoned = (zone: string | undefined, nodeName = 'worker') =>
    withEndpoints(sampleSnapshot([sampleService({ name: 'web' })], samplePods.slice(0, 1)), 'web-ipv4', (all) =>
      all.map((one) => ({ ...one, nodeName, ...(zone === undefined ? {} : { zone }) })),
    )

  test('compares the zone with the label of the node', () => {
    const facts = seen([node('worker', 'eu-1a')])
    expect(nodesAndZones(zoned('eu-1a'), 'web', facts)[0]?.verdict).toBe('conformant')
    expect(against(nodesAndZones(zoned('eu-1b'), 'web', facts))).toEqual([
      ['web-a on worker, zone eu-1a', 'web-a on worker, zone eu-1b'],
    ])
    expect(against(nodesAndZones(zoned(undefined), 'web', facts))).toEqual([
      ['web-a on worker, zone eu-1a', 'web-a on worker, no zone'],
    ])
    expect(against(nodesAndZones(zoned('eu-1a'), 'web', seen([node('worker')])))).toEqual([
      ['web-a on worker, no zone', 'web-a on worker, zone eu-1a'],
    ])
  })

  test('convicts another node', () => {
    expect(against(nodesAndZones(zoned(undefined, 'worker2'), 'web', nodes))).toEqual([
      ['web-a on worker, no zone', 'web-a on worker2, no zone'],
    ])
  })

  test('leaves the zone alone where the node is out of sight or has joined late, but not the node', () => {
    for (const facts of [unseen('no right to read nodes'), seen([node('control', 'eu-1c')])]) {
      expect(nodesAndZones(zoned('eu-1a'), 'web', facts)[0]?.verdict).toBe('conformant')
      expect(nodesAndZones(zoned('eu-1a', 'worker2'), 'web', facts)[0]?.verdict).toBe('non-conformant')
    }
  })
})
