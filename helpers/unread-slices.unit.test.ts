import { describe, expect, test } from 'vitest'
import type { Lookout } from './look.ts'
import { answersExactly } from './matchers/addresses.ts'
import { addressRecord, answer, backendA, resolver, serve, sightings, silence } from './matchers/sightings-sample.ts'
import { sampleService } from './matchers/snapshot-sample.ts'
import type { Question } from './probes/dns/message.ts'
import type { DnsOutcome, DnsServer } from './probes/dns/outcome.ts'
import type { Observation } from './report/record.ts'
import { judge } from './report/verdict.ts'
import type { Snapshot } from './stage/snapshot.ts'
import type { StageView } from './stage-view.ts'
import type { EndpointSlice, Service } from './target/objects.ts'
import { UnreadSlices } from './unread-slices.ts'

const domain = 'ns.svc.cluster.local'
const name = `grows.${domain}`

function sliceOf(service: string, manager: string, address: string): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': manager }
  return {
    metadata: { name: `${service}-1`, labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [],
  } as unknown as EndpointSlice
}

function serviceOf(service: string): Service {
  return sampleService({ name: service })
}

function controlled(service: string, kind: string): Service {
  const made = serviceOf(service)
  return { ...made, metadata: { ...made.metadata, labels: { 'rollcall.dev/control': kind } } }
}

const snapshot: Snapshot = {
  namespace: 'ns',
  pods: [],
  services: [controlled('stays', 'slice'), controlled('written', 'endpoints'), serviceOf('grows')],
  slices: [
    sliceOf('grows', 'rollcall.dev', '192.0.2.1'),
    sliceOf('stays', 'rollcall.dev', '192.0.2.2'),
    sliceOf('written', 'endpointslicemirroring-controller.k8s.io', '192.0.2.3'),
    sliceOf('web', 'endpointslice-controller.k8s.io', '10.244.1.5'),
  ],
}

type Says = (server: DnsServer, question: Question) => DnsOutcome | undefined

interface Scene {
  /** Names that the looks have asked for. */
  readonly asked?: readonly string[]
  readonly from?: Snapshot
  /** The set of the suite. */
  readonly own?: 'fresh' | 'headless'
  readonly looks?: number
  readonly recorder?: object
}

/** What is left of the last look at a name, where servers say this instead of the truth, and what was asked for to that end. */
async function left(says: Says, { asked = [name], from = snapshot, own = 'fresh', looks = 1, recorder }: Scene = {}) {
  const questions: string[] = []
  const seen = (question: Question) =>
    sightings(from, [question], { instead: (_vantage, server, one) => says(server, one) })
  const ask = async (type: 'A', one: string) => {
    questions.push(one)
    return seen({ type, name: one })
  }
  const stageOf = (set: string) =>
    ({
      namespace: set === 'fresh' ? 'ns' : 'other',
      fqdn: (one: string) => `${one}.${domain}`,
      snapshot: async () => from,
    }) as unknown as StageView
  const sets = [{ set: 'fresh', namespace: 'ns' }]
  const lookout = { dns: { ask }, roll: { sets }, stage: stageOf, recorder } as unknown as Lookout
  const unread = new UnreadSlices(lookout)
  const observations = answersExactly(seen({ type: 'A', name }), ['192.0.2.1'])
  let judged: readonly Observation[] = []
  for (let look = 0; look < looks; look++) judged = await unread.judged(stageOf(own), observations, new Set(asked))
  return { ...judge(judged), questions }
}

const nothing = answer([], { rcode: 'NXDOMAIN' })

const elsewhere = (service: string): DnsOutcome => answer([addressRecord(`${service}.${domain}`, '192.0.2.9')])

/** Knows nothing of the name in question, and says this of the two Services beside it; the truth where nothing is given. */
function saying(ofSlice?: DnsOutcome, ofEndpoints?: DnsOutcome): Says {
  return (_server, question) => {
    if (question.name === name) return nothing
    return question.name === `stays.${domain}` ? ofSlice : ofEndpoints
  }
}

const byEndpoints = saying(nothing)

describe('UnreadSlices', () => {
  test('excuses servers that know what is written as Endpoints, and nothing that is written as slices', async () => {
    const { verdict, reason, questions } = await left(byEndpoints)
    expect([verdict, questions]).toEqual(['not-applicable', [`stays.${domain}`, `written.${domain}`]])
    expect(reason).toContain('knows no EndpointSlice that somebody has written (see dns.custom.slice-a); NXDOMAIN')
  })

  test('excuses the one that is of that kind, and no other', async () => {
    const says: Says = (server, question) => {
      if (server === backendA) return byEndpoints(server, question)
      return server === resolver && question.name === name ? nothing : undefined
    }
    expect(await left(says)).toMatchObject({ verdict: 'non-conformant', hop: 'node resolver' })
  })

  test.for<[string, Says]>([
    ['know another slice', saying()],
    ['know nothing at all', saying(nothing, nothing)],
    ['say something else of the slice', saying(elsewhere('stays'))],
    ['say something else of Endpoints', saying(nothing, elsewhere('written'))],
    ['are silent of the slice', saying(silence)],
    ['are silent of Endpoints', saying(nothing, silence)],
    ['are silent', () => silence],
  ])('holds it against servers that %s', async ([, says]) => {
    expect((await left(says)).verdict).toBe('non-conformant')
  })

  test('asks nothing where nothing is held against a server, or where it is not about slices of ours', async () => {
    expect(await left((_server, question) => serve(snapshot, question))).toMatchObject({
      verdict: 'conformant',
      questions: [],
    })
    expect(await left(byEndpoints, { asked: [`web.${domain}`, 'example.com'] })).toMatchObject({
      ...{ verdict: 'non-conformant', questions: [] },
    })
  })

  test('is about slices of ours where a name below one was asked for, in any case, or the way back from an address', async () => {
    for (const asked of [`First.GROWS.${domain}.`, '1.2.0.192.in-addr.arpa'])
      expect((await left(byEndpoints, { asked: [asked] })).verdict).toBe('not-applicable')
  })

  test('is about slices of ours in another set than that of the suite, too', async () => {
    expect((await left(byEndpoints, { own: 'headless' })).verdict).toBe('not-applicable')
  })

  test('excuses nobody where the two Services are not there', async () => {
    const without = { ...snapshot, services: [serviceOf('grows')] }
    expect((await left(byEndpoints, { from: without })).verdict).toBe('non-conformant')
  })

  test.for<[string, Says]>([
    ['by slices', saying()],
    ['by Endpoints', byEndpoints],
    ['by what they do not say, for the moment', () => silence],
  ])('asks servers once that go %s, and each time where all of it has to be in a recording', async ([, says]) => {
    const once = await left(says)
    expect(once.questions).toHaveLength(2)
    expect(await left(says, { looks: 3 })).toEqual(once)
    expect((await left(says, { looks: 3, recorder: {} })).questions).toHaveLength(6)
  })
})
