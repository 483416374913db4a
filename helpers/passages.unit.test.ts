import { expect, test } from 'vitest'
import type { Lookout } from './look.ts'
import { answeredBy, sampleFetch, silent } from './matchers/http-sample.ts'
import { samplePod, sampleService, sampleSnapshot } from './matchers/snapshot-sample.ts'
import { type Dialling, excusedLate, passagesThrough, vantagesFor, writeFront } from './passages.ts'
import type { Sight } from './probes/vantage/vantage.ts'
import type { Observation, Verdict } from './report/record.ts'
import { propagationWindow } from './settle.ts'
import { madeService } from './stage/hand-made.ts'
import type { Hands } from './stage/hands.ts'
import type { KubernetesObject } from './target/objects.ts'

function saying(verdict: Verdict): Observation {
  return { vantage: 'worker', backend: '', hop: 'node rules', verdict, expected: '', observed: '' }
}

test('an excuse is taken once there was time to do without, and whenever nothing was changed', () => {
  const all = (['conformant', 'non-conformant', 'inconclusive', 'not-applicable'] as const).map(saying)
  const verdicts = (changedAt: number) => excusedLate(all, changedAt).map((one) => one.verdict)
  expect(verdicts(Date.now())).toEqual(['conformant', 'non-conformant', 'inconclusive', 'inconclusive'])
  for (const long of [Date.now() - propagationWindow, 0]) expect(verdicts(long)[3]).toBe('not-applicable')
})

test('each node is looked at from itself and from the next, and one without a vantage from two others', () => {
  const from = (names: readonly string[], node: string, index: number) => {
    const vantages = names.map((name) => ({ pod: { node: name } })) as unknown as Lookout['vantages']
    return vantagesFor({ vantages }, node, index).map(({ pod }) => pod.node)
  }
  expect(from(['a', 'b', 'c'], 'b', 0)).toEqual(['b', 'c'])
  expect(from(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a'])
  expect(from(['a', 'b', 'c'], 'windows', 4)).toEqual(['b', 'c'])
  expect(from(['a'], 'a', 0)).toEqual(['a'])
  expect(from([], 'a', 0)).toEqual([])
})

test('endpoints are dialled from where nobody has answered for them, from everywhere if that is wanted, and for what is kept', async () => {
  const [here, there] = ['a', 'b'].map((node) => ({ pod: { node } })) as unknown as [Sight, Sight]
  const dialled: string[] = []
  const lookout = (recorder?: object) =>
    ({
      vantages: [here, there],
      recorder,
      fetchAll: async ([address = '']: string[], port: number, _: number, from: Sight[]) => {
        dialled.push(`${address}:${port} from ${from.map(({ pod }) => pod.node)}`)
        return from.map(({ pod }) => {
          const outcome = pod.node === 'a' ? answeredBy('web-a', '10.244.1.5', 8080, address) : silent
          return sampleFetch(pod.node, address, port, outcome)
        })
      },
    }) as unknown as Lookout
  const front = { service: 'web', address: '10.96.0.7', port: 80, endpoints: [{ address: '10.244.1.5', port: 8080 }] }
  const dial = async (recorder: object | undefined, dialling: Dialling) => {
    dialled.length = 0
    await passagesThrough(lookout(recorder), [front], dialling)
    return [...dialled]
  }
  const through = '10.96.0.7:80 from a,b'
  expect(await dial(undefined, {})).toEqual([through, '10.244.1.5:8080 from b'])
  expect(await dial(undefined, { times: 3, from: [here] })).toEqual([
    ...Array(3).fill('10.96.0.7:80 from a'),
    '10.244.1.5:8080 from ',
  ])
  expect(await dial(undefined, { endpointsToo: true })).toEqual([through, '10.244.1.5:8080 from a,b'])
  expect(await dial({}, {})).toEqual([through, '10.244.1.5:8080 from a,b'])
})

test('a Service gets as endpoints the Pods of web in the family that the cluster has given it, each in its condition', async () => {
  const web = sampleService({ name: 'web', families: ['IPv6'] })
  const pods = [
    samplePod({ name: 'web-b', app: 'web', addresses: ['10.244.2.6', 'fd00::6'] }),
    samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:0::5'] }),
    samplePod({ name: 'web-c', app: 'web', addresses: ['10.244.1.4', 'fd00::4'], ready: false }),
  ]
  const applied: KubernetesObject[] = []
  const hands = {
    apply: async (object: KubernetesObject) => {
      applied.push(object)
      return { ...object, spec: { ...(object.spec as object), ipFamilies: ['IPv6'] } }
    },
  } as unknown as Hands
  const stage = { snapshot: async () => sampleSnapshot([web], pods) }
  const conditions = [{ ready: true }, { ready: false }]
  await writeFront(hands, stage, madeService('guarded'), { conditions, labels: { mark: '' } })
  expect(applied.map(({ kind }) => kind)).toEqual(['Service', 'EndpointSlice'])
  expect(applied[1]).toMatchObject({
    metadata: { name: 'guarded-1', labels: { 'kubernetes.io/service-name': 'guarded', mark: '' } },
    addressType: 'IPv6',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['fd00::5'], conditions: { ready: true } },
      { addresses: ['fd00::6'], conditions: { ready: false } },
    ],
  })
  await expect(writeFront(hands, stage, madeService('guarded'), { conditions: [...conditions, {}] })).rejects.toThrow(
    'web has 2 ready Pods of IPv6',
  )
})
