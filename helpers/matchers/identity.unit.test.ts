import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Pod } from '../target/objects.ts'
import {
  type HostnameSighting,
  hostnamesAreNames,
  ordinalsNamePods,
  podIndexLabels,
  podNameLabels,
  podNames,
  podsOfSet,
  withoutSubdomain,
} from './identity.ts'
import { samplePod } from './snapshot-sample.ts'

const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'set-uid' }

function ownedPod(name: string, change: { hostname?: string; subdomain?: string } = {}): Pod {
  const pod = samplePod({ name, app: 'db', addresses: ['10.244.1.7'], hostname: name, subdomain: 'db', ...change })
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } }
}

function snapshot(pods: readonly Pod[], spec: { replicas?: number; ordinals?: { start: number } } = {}): Snapshot {
  const set = {
    metadata: { name: 'db', uid: 'set-uid' },
    spec: { selector: {}, template: {}, serviceName: 'db', replicas: 2, ...spec },
  }
  return { namespace: 'ns', pods, services: [], slices: [], statefulSets: [set] }
}

const sound = snapshot([ownedPod('db-1'), ownedPod('db-0')])

describe('the pods of a set', () => {
  test('are those that it owns, in the order of their ordinals', () => {
    const stranger = samplePod({ name: 'db-2', app: 'db', addresses: ['10.244.1.9'] })
    const many = snapshot([stranger, ...['db-10', 'db-9', 'db-0'].map((name) => ownedPod(name))])
    expect(podsOfSet(many, 'db')).toHaveLength(3)
    expect(podNames(many, 'db')).toEqual(['db-0', 'db-9', 'db-10'])
  })

  test('are missed loudly where there is no set', () => {
    expect(() => podNames(sound, 'cache')).toThrow('namespace ns has no StatefulSet cache')
  })
})

describe('ordinalsNamePods', () => {
  const said = (one: Snapshot) => {
    const { verdict, expected, observed } = ordinalsNamePods(one, 'db')
    return [verdict, expected, observed]
  }

  test('counts from zero, or from where the set says', () => {
    expect(said(sound)).toEqual(['conformant', '{db-0, db-1}', '{db-0, db-1}'])
    const shifted = snapshot([ownedPod('db-5'), ownedPod('db-6')], { ordinals: { start: 5 } })
    expect(said(shifted)).toEqual(['conformant', '{db-5, db-6}', '{db-5, db-6}'])
  })

  test('convicts a gap, a surplus and a name that is not counted', () => {
    expect(said(snapshot([ownedPod('db-0')]))).toEqual(['non-conformant', '{db-0, db-1}', '{db-0}'])
    expect(said(snapshot(['db-0', 'db-1', 'db-2'].map((name) => ownedPod(name))))[0]).toBe('non-conformant')
    expect(said(snapshot([ownedPod('db-0'), ownedPod('db-x')]))[0]).toBe('non-conformant')
  })
})

describe('hostnamesAreNames', () => {
  const answers = (pod: string, hostname: string): HostnameSighting => ({ pod, outcome: { kind: 'answer', hostname } })
  const said = (one: Snapshot, ...sightings: readonly HostnameSighting[]) =>
    hostnamesAreNames(one, 'db', sightings).map(({ vantage, verdict, observed }) => [vantage, verdict, observed])

  test('acquits a pod whose spec and kernel agree with its name', () => {
    expect(said(snapshot([ownedPod('db-0')]), answers('db-0', 'db-0'), answers('other', 'x'))).toEqual([
      ['API', 'conformant', 'hostname db-0, subdomain db'],
      ['db-0', 'conformant', 'hostname prints db-0'],
    ])
  })

  test('convicts another hostname, another subdomain and another kernel', () => {
    const wrong = snapshot([ownedPod('db-0', { hostname: 'db-1' }), ownedPod('db-1', { subdomain: 'web' })])
    expect(said(wrong, answers('db-0', 'node-1'))).toEqual([
      ['API', 'non-conformant', 'hostname db-1, subdomain db'],
      ['db-0', 'non-conformant', 'hostname prints node-1'],
      ['API', 'non-conformant', 'hostname db-1, subdomain web'],
    ])
  })

  test('is inconclusive about a kernel that could not be asked', () => {
    const lost: HostnameSighting = { pod: 'db-0', outcome: { kind: 'lost', reason: 'the exec broke' } }
    expect(said(snapshot([ownedPod('db-0')]), lost)[1]).toEqual(['db-0', 'inconclusive', 'the exec broke'])
  })
})

describe('withoutSubdomain', () => {
  test('convicts the Pod that has one all the same', () => {
    const pods = [ownedPod('db-0', { subdomain: '' }), ownedPod('db-1')]
    expect(withoutSubdomain(snapshot(pods), 'db')).toMatchObject([
      { verdict: 'conformant', hop: 'pod' },
      { verdict: 'non-conformant', hop: 'pod', observed: 'subdomain db of db-1' },
    ])
  })
})

describe('the labels of a pod', () => {
  const name = 'statefulset.kubernetes.io/pod-name'
  const index = 'apps.kubernetes.io/pod-index'

  const labelled = (labels: Record<string, string>) => {
    const pod = ownedPod('db-11')
    return snapshot([{ ...pod, metadata: { ...pod.metadata, labels } }], { ordinals: { start: 11 } })
  }
  const said = (one: Snapshot, gitVersion = 'v1.36.3') =>
    [podNameLabels(one, 'db'), podIndexLabels(one, 'db', gitVersion)].flatMap((judged) =>
      judged.map(({ hop, verdict, expected, observed }) => [hop, verdict, expected, observed]),
    )

  test('are its name, and its ordinal as it is counted', () => {
    expect(said(labelled({ [name]: 'db-11', [index]: '11' }))).toEqual([
      ['pod', 'conformant', `${name}=db-11`, `${name}=db-11`],
      ['pod', 'conformant', `${index}=11`, `${index}=11`],
    ])
  })

  test('convict a pod that lacks them or has those of another', () => {
    expect(said(labelled({ [name]: 'db-0', [index]: '0' })).map((one) => one[1])).toEqual([
      'non-conformant',
      'non-conformant',
    ])
    expect(said(labelled({}))).toEqual([
      ['pod', 'non-conformant', `${name}=db-11`, `no ${name}`],
      ['pod', 'non-conformant', `${index}=11`, `no ${index}`],
    ])
  })

  test('say nothing of the ordinal before Kubernetes 1.28', () => {
    const verdict = (gitVersion: string) => said(labelled({}), gitVersion)[1]?.[1]
    expect(verdict('v1.27.16-gke.1008000')).toBe('not-applicable')
    expect(['v1.28.0', 'v1.36.3+k3s1', 'v2.0.0', 'dev'].map(verdict)).toEqual(Array(4).fill('non-conformant'))
  })
})
