import { describe, expect, onTestFinished, test } from 'vitest'
import type { DnsOutcome, DnsServer } from '../probes/dns/outcome.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { agent } from '../target/fake-exec.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { info, members } from './fake-members.ts'
import { facts, namespace, pod, shown, zone } from './fixture-sample.ts'
import { recordAnswers } from './record-answers.ts'
import { recordBefore } from './record-before.ts'
import { markVolumes, recordRedis } from './record-redis.ts'

const server: DnsServer = { role: 'resolver', name: 'resolver 10.96.0.10', address: '10.96.0.10', port: 53 }
const vantage = { namespace, pod: 'sampler-1', container: 'multitool', node: 'node-a', addresses: ['10.244.1.5'] }
const signal = new AbortController().signal
const place = async (script: Parameters<typeof members>[0], marked?: Parameters<typeof members>[1]) => {
  const api = await fakeApi()
  api.exec = members(script, marked)
  const client = api.client()
  onTestFinished(() => client.close())
  return { api: client, namespace, pods: ['up-kv-0', 'up-kv-1'], signal }
}

describe('what is so of a fixture', () => {
  test('is all of it that is ours, without what changes with every write', async () => {
    const api = await fakeApi()
    const { pods, services, slices } = shown()
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'up-kv', namespace, managedFields: [{}] },
    }
    const revision = (name: string, owner: string): KubernetesObject => ({
      ...{ apiVersion: 'apps/v1', kind: 'ControllerRevision', revision: 1 },
      metadata: { name, namespace, ownerReferences: [{ kind: 'StatefulSet', name: owner }] },
    })
    const theirs = pod('theirs', 'shop', '10.244.1.99')
    for (const one of [
      ...pods,
      ...services,
      ...slices,
      theirs,
      set,
      revision('up-kv-7f', 'up-kv'),
      revision('shop-1', 'shop'),
    ])
      api.store.put(one as unknown as KubernetesObject)
    const script = members(() => info('master'))
    // A server that stays silent.
    api.exec = (socket, argv, path) =>
      path.includes('/sampler-1/')
        ? agent(() => ({ code: 124, output: '' }))(socket, argv, path)
        : script(socket, argv, path)
    const client = api.client()
    onTestFinished(() => client.close())
    const sets = [
      { set: 'upgrade', namespace },
      { set: 'upgrade-redis-kept', namespace },
    ] as const
    const servers = { 'node-a': [server] }
    const before = await recordBefore({ api: client, id: 'abc123', facts, sets, vantages: [vantage], servers, signal })
    expect(before).toMatchObject({
      ...{ schema: 'rollcall.dev/before/v1', id: 'abc123', sets, facts },
      revisions: [{ set: 'up-kv', name: 'up-kv-7f', revision: 1 }],
      marks: [{ pod: 'up-kv-0', text: 'abc123 up-kv-0' }],
      redis: [{ pod: 'up-kv-0', runId: '00ff', role: 'master', replid: 'aa11', offset: 99 }],
    })
    const names = before.snapshots.upgrade?.pods.map((one) => one.metadata?.name)
    expect(names).toEqual(['up-web-1', 'up-web-2', 'up-kv-0', 'sampler-1'])
    expect(before.snapshots['upgrade-redis-kept']?.statefulSets).toEqual([
      { ...set, metadata: { name: 'up-kv', namespace } },
    ])
    const answer = { vantage: 'node-a', server: server.name, type: 'A', rcode: 'timeout', records: [] }
    expect(before.answers).toContainEqual({ ...answer, name: `up-web.${zone}` })
    expect(before.answers).toHaveLength(5)
  })

  test('is what each server has said from each node, as it said it', async () => {
    const base = { authoritative: true, truncated: false, additionals: [], bytes: 0, rcode: 'NOERROR' }
    const outcomes: Readonly<Record<string, DnsOutcome>> = {
      web: {
        kind: 'answer',
        answer: {
          ...base,
          answers: ['10.0.0.2', '10.0.0.1'].map((address) => ({ name: 'web', type: 'A', ttl: 5, address })),
        },
      },
      none: { kind: 'answer', answer: { ...base, rcode: 'NXDOMAIN', answers: [] } },
      lost: { kind: 'lost', reason: 'exec broke' },
    }
    const sight = {
      pod: vantage,
      query: async (asked: DnsServer, question: { name: string; type: 'A' }, transport: 'udp') => ({
        ...{ vantage: 'node-a', server: asked, transport, question, took: 1 },
        outcome: outcomes[question.name] ?? { kind: 'timeout', after: 1 },
      }),
    }
    const answers = await recordAnswers([sight as never], () => [server], ['web', 'none', 'lost'], ['A'])
    const said = { vantage: 'node-a', server: server.name, type: 'A' }
    expect(answers).toEqual([
      { ...said, name: 'web', rcode: 'NOERROR', records: ['10.0.0.1', '10.0.0.2'] },
      { ...said, name: 'none', rcode: 'NXDOMAIN', records: [] },
      { ...said, name: 'lost', rcode: 'lost', records: [] },
    ])
  })
})

describe('a replicated set', () => {
  test('is told member by member, once all follow', async () => {
    let asked = 0
    const replica = (): string => (++asked < 2 ? info('slave').replace('status:up', 'status:down') : info('slave'))
    const redis = await recordRedis(await place((name) => (name === 'up-kv-0' ? info('master') : replica())))
    const own = { runId: '00ff', replid: 'aa11' }
    expect(redis).toEqual([
      { pod: 'up-kv-0', role: 'master', offset: 99, ...own },
      { pod: 'up-kv-1', role: 'slave', offset: 98, masterHost: 'up-kv-0.up-kv', ...own },
    ])
    expect(asked).toBe(2)
  })

  test('has a mark in each volume, or it is told whose has none', async () => {
    expect(await markVolumes(await place(() => ''), 'abc123')).toEqual([
      { pod: 'up-kv-0', text: 'abc123 up-kv-0' },
      { pod: 'up-kv-1', text: 'abc123 up-kv-1' },
    ])
    const odd = await place(
      () => '',
      (name, text) => (name === 'up-kv-1' ? 'else' : text),
    )
    expect(await rejection(markVolumes(odd, 'abc123'))).toMatchObject({
      name: 'Problem',
      message: 'up-kv-1 could not write into its volume: it holds "else"; see its claim and its volume.',
    })
  })
})
