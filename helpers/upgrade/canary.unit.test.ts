import { describe, expect, onTestFinished, test } from 'vitest'
import type { DnsOutcome, DnsServer } from '../probes/dns/outcome.ts'
import type { AgentReply } from '../probes/vantage/agent.ts'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { runCanary } from './canary.ts'
import type { CanaryMeans } from './canary-looks.ts'
import { canaryName, canaryObjects, removeCanaries } from './canary-objects.ts'
import { address, controllers } from './canary-sample.ts'
import { allCome, come, Stuck } from './canary-steps.ts'

const name = 'up-canary-1'
const server: DnsServer = { role: 'resolver', name: 'resolver 10.96.0.10', address: '10.96.0.10', port: 53 }
const soon = { create: 300, ready: 300, sliced: 300, answered: 300, direct: 300, virtual: 300, gone: 300 }

const answer = (rcode: string, addresses: readonly string[] = []): DnsOutcome => ({
  kind: 'answer',
  answer: {
    ...{ rcode, authoritative: true, truncated: false, additionals: [], bytes: 0 },
    answers: addresses.map((one) => ({ name, type: 'A', ttl: 5, address: one })),
  },
})
const page = (hostname: string): AgentReply => ({
  kind: 'done',
  code: 0,
  output: Buffer.from(`${hostname} 10.1.1.1 ${address} 8080\n\n200 10.1.1.1 ${address} 8080`),
})

interface Eyes {
  readonly query?: (there: boolean) => DnsOutcome
  readonly http?: (url: string) => AgentReply
}

/** A canary on a fake cluster; a sight says what it sees, by whether the Service is there. */
async function canary(eyes: Eyes = {}, change: (api: FakeApi) => void = () => {}) {
  const api = await fakeApi()
  controllers(api)
  change(api)
  const client = api.client()
  onTestFinished(() => client.close())
  let closed = 0
  const isThere = (): boolean => api.store.paths('services').length > 0
  const { query = (there) => (there ? answer('NOERROR', [address]) : answer('NXDOMAIN')), http = () => page(name) } =
    eyes
  const pod = { namespace: 'ns', pod: 'sampler-1', container: 'multitool', node: 'node-a', addresses: [] }
  const sight: CanaryMeans['sights'][number] = {
    pod,
    query: async (asked, question, transport) => ({
      ...{ vantage: 'node-a', server: asked, transport, question, took: 1 },
      outcome: query(isThere()),
    }),
    http: async (url) => http(url),
    close: () => closed++,
  }
  const entry = await runCanary(
    {
      ...{
        api: client,
        namespace: 'ns',
        marks: {},
        domain: 'cluster.local',
        sights: [sight],
        serversOf: () => [server],
      },
      ...{ signal: new AbortController().signal, limits: soon },
    },
    name,
  )
  return { entry, api, closed }
}

describe('a canary', () => {
  test('is told step by step, from every node and by every server, and is taken away', async () => {
    const { entry, api } = await canary()
    const key = `node-a ${server.name}`
    expect(entry).toEqual({
      ...{ kind: 'canary', at: entry.at, name, ready: expect.any(Number), sliced: expect.any(Number) },
      ...{ answered: { [key]: expect.any(Number) }, gone: { [key]: expect.any(Number) } },
      ...{ direct: { 'node-a': expect.any(Number) }, virtual: { 'node-a': expect.any(Number) } },
    })
    expect([...api.store.paths('pods'), ...api.store.paths('services')]).toEqual([])
  })

  test('is dialled at its own address, and at that of its Service', async () => {
    const urls: string[] = []
    const http = (url: string): AgentReply => {
      urls.push(url)
      return page(name)
    }
    await canary({ http })
    expect(urls).toEqual([`http://${address}:8080/`, 'http://10.96.7.7:8080/'])
  })

  test.each<[string, Eyes, object]>([
    ['answered', { query: () => answer('NXDOMAIN') }, { step: 'answered', saw: `node-a ${server.name}: NXDOMAIN {}` }],
    [
      'answered',
      { query: () => ({ kind: 'timeout', after: 3000 }) },
      { saw: `node-a ${server.name}: no answer within 3000 ms` },
    ],
    ['direct', { http: () => page('other') }, { step: 'direct', saw: 'node-a: answered by other' }],
    [
      'virtual',
      {
        http: (url) =>
          url.includes('10.96') ? { kind: 'done', code: 28, output: Buffer.from('curl: (28) timed out') } : page(name),
      },
      { step: 'virtual', saw: 'node-a: curl: (28) timed out' },
    ],
    [
      'gone',
      { query: () => answer('NOERROR', [address]) },
      { step: 'gone', saw: `node-a ${server.name}: NOERROR {${address}}` },
    ],
  ])('is stuck where a step does not come about: %s', async (_, eyes, stuck) => {
    const { entry, api } = await canary(eyes)
    expect(entry).toMatchObject({ stuck })
    expect(entry).not.toHaveProperty('unseen')
    expect([...api.store.paths('pods'), ...api.store.paths('services')]).toEqual([])
  })

  test('is stuck where its Pod does not start, or nobody writes its slices', async () => {
    const pending = await canary({}, (api) => {
      api.store.onChange = (object) => {
        const message = '0/3 nodes are available'
        const status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] }
        if (object.kind === 'Pod') api.store.put({ ...object, status })
      }
    })
    expect(pending.entry.stuck).toEqual({ step: 'ready', saw: 'Pod Pending: 0/3 nodes are available' })
    const sliceless = await canary({}, (api) => {
      api.answer = ({ path }) => (path.endsWith('/endpointslices') ? { status: 200, body: { items: [] } } : undefined)
    })
    expect(sliceless.entry.stuck).toEqual({ step: 'sliced', saw: `ready endpoints {} of ${name} in 0 slices` })
  })

  test('is stuck where the API server fails at it, and not seen where it is refused', async () => {
    const refusing = (status: number) => (api: FakeApi) => {
      api.answer = ({ method }) => (method === 'POST' ? failure(status, 'No', `no: ${status}`) : undefined)
    }
    expect((await canary({}, refusing(500))).entry).toMatchObject({ stuck: { step: 'create', saw: 'no: 500' } })
    expect((await canary({}, refusing(403))).entry).toMatchObject({ unseen: 'create: no: 403' })
    expect((await canary({}, refusing(503))).entry).toMatchObject({ unseen: 'create: no: 503' })
  })

  test('is not seen where nobody can look, and the way to there is opened anew', async () => {
    const { entry, closed } = await canary({ query: () => ({ kind: 'lost', reason: 'exec broke' }) })
    expect(entry).toMatchObject({ unseen: `answered: node-a ${server.name}: lost: exec broke` })
    expect(entry).not.toHaveProperty('stuck')
    expect(closed).toBeGreaterThan(0)
  })

  test('takes what an earlier one has left away, and nothing else', async () => {
    const api = await fakeApi()
    for (const object of canaryObjects('up-canary-0'))
      api.store.put({ ...object, metadata: { ...object.metadata, namespace: 'ns' } })
    api.store.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'up-web', namespace: 'ns' } })
    await removeCanaries({ api: api.client(), namespace: 'ns' })
    expect([...api.store.objects.keys()]).toEqual(['/api/v1/namespaces/ns/services/up-web'])
  })

  test('takes nothing away that another watch has just made, and what one has left', async () => {
    const api = await fakeApi()
    const made = (canary: string, secondsAgo: number): void => {
      const creationTimestamp = new Date(Date.now() - secondsAgo * 1000).toISOString()
      for (const object of canaryObjects(canary))
        api.store.put({ ...object, metadata: { ...object.metadata, namespace: 'ns', creationTimestamp } })
    }
    made('up-canary-mine-1', 5)
    made('up-canary-other-1', 5)
    made('up-canary-other-0', 600)
    await removeCanaries({ api: api.client(), namespace: 'ns', watch: 'mine' })
    expect(api.store.paths('pods')).toEqual(['/api/v1/namespaces/ns/pods/up-canary-other-1'])
    expect(api.store.paths('services')).toHaveLength(2)
    expect(canaryName('mine')).toMatch(/^up-canary-mine-[a-z0-9]+$/)
  })
})

describe('a step', () => {
  const signal = new AbortController().signal

  test('that fails for a fault of ours is no verdict', async () => {
    const look = async (): Promise<never> => {
      throw new TypeError('a fault')
    }
    expect(await rejection(come('ready', look, { limit: 50, signal }))).toEqual(new TypeError('a fault'))
  })

  test('that one has seen fail counts more than one that nobody could see', async () => {
    const blind = Promise.reject(new Stuck('answered', 'blind', true))
    const seen = Promise.reject(new Stuck('answered', 'seen', false))
    expect(await rejection(allCome([blind, seen, Promise.resolve()]))).toMatchObject({ message: 'seen' })
  })
})
