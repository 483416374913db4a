import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { journalOf } from '../helpers/matchers/upgrade/journal-sample.ts'
import { readFixtures } from '../helpers/stage/fixture.ts'
import type { KubernetesObject } from '../helpers/target/objects.ts'
import { type FakeCluster, fakeCluster } from './fake-run.ts'

const namespace = 'rollcall-upgrade-abc123'

/** What was recorded of one Service. */
function beforeOf(uid: string, change: object = {}): string {
  const service = {
    metadata: { name: 'up-web', namespace, uid },
    spec: {
      clusterIP: '10.96.0.20',
      clusterIPs: ['10.96.0.20'],
      selector: { app: 'rollcall-up-web' },
      ports: [{ name: 'http', port: 8080, targetPort: 'http' }],
    },
  }
  return JSON.stringify({
    schema: 'rollcall.dev/before/v1',
    id: 'abc123',
    taken: '2026-11-22T11:00:00Z',
    facts: {
      context: 'kind-fake',
      version: { gitVersion: 'v1.35.4' },
      nodes: { seen: false, reason: 'no right' },
      proxies: [],
      dns: { clusterDomain: 'cluster.local', nameservers: {}, service: { seen: false, reason: 'no right' } },
    },
    sets: [{ set: 'upgrade', namespace }],
    snapshots: { upgrade: { namespace, pods: [], services: [service], slices: [], statefulSets: [] } },
    ...{ revisions: [], answers: [], marks: [], redis: [] },
    ...change,
  })
}

/** A fake cluster in which that Service stands, and a folder with what was recorded of it. */
async function standing(onTestFinished: Parameters<typeof fakeCluster>[0]): Promise<FakeCluster> {
  const cluster = await fakeCluster(onTestFinished)
  const { store } = cluster.api
  store.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'rollcall.dev/run': 'abc123' } },
  })
  for (const { metadata, ...object } of readFixtures('upgrade')) {
    const own = metadata.name === 'up-web' && object.kind === 'Service'
    const spec = { ...(object.spec as object), ...(own ? { clusterIP: '10.96.0.20', clusterIPs: ['10.96.0.20'] } : {}) }
    const placed = {
      ...object,
      metadata: { ...metadata, namespace, ...(own ? { uid } : {}) },
      spec,
    } as KubernetesObject
    store.put(placed)
    store.onChange(placed)
  }
  await mkdir(join(cluster.folder, 'reports'))
  return cluster
}

const uid = 'uid-of-web'

const journal = `${journalOf({ seconds: 60 })
  .map((one) => JSON.stringify(one))
  .join('\n')}\n`

describe.concurrent('rollcall after', { timeout: 120_000 }, () => {
  test('refuses, in one sentence, where nothing was recorded', async ({ onTestFinished }) => {
    const { kubeconfig, start } = await standing(onTestFinished)
    const { code, stderr } = await start(['after', '--kubeconfig', kubeconfig]).ended
    expect([code, stderr]).toEqual([
      2,
      'No namespace that rollcall before has made holds its record; run that ahead of the upgrade, or name its file with --state, or the namespace that it was given with --namespace.\n',
    ])
  })

  test('refuses to judge another cluster', async ({ onTestFinished }) => {
    const { folder, kubeconfig, start } = await standing(onTestFinished)
    await writeFile(join(folder, 'reports', 'before.json'), beforeOf('another'))
    const { code, stderr } = await start(['after', '--kubeconfig', kubeconfig]).ended
    expect([code, stderr]).toEqual([
      2,
      `Nothing of what was recorded on 2026-11-22T11:00:00Z is in ${namespace}: it is another cluster, or the fixture was deleted; name the cluster with --context, or begin with rollcall before.\n`,
    ])
  })

  test('refuses the journal of another fixture, where that was named', async ({ onTestFinished }) => {
    const cluster = await standing(onTestFinished)
    const { folder, kubeconfig, start } = cluster
    await writeFile(join(folder, 'reports', 'before.json'), beforeOf(uid, { id: 'other1' }))
    await writeFile(join(folder, 'mine.ndjson'), journal)
    const { code, stderr } = await start(['after', '--journal', 'mine.ndjson', '--kubeconfig', kubeconfig]).ended
    expect([code, stderr]).toEqual([
      2,
      'mine.ndjson is the journal of abc123, and other1 was recorded; name the one of the same fixture.\n',
    ])
  })

  test('judges what was watched, draws it, and leaves what stands', async ({ onTestFinished }) => {
    const cluster = await standing(onTestFinished)
    const { api, folder, kubeconfig, start } = cluster
    const text = gzipSync(beforeOf(uid)).toString('base64')
    const metadata = { name: 'rollcall-before', namespace }
    api.store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData: { 'before.json.gz': text } })
    await writeFile(join(folder, 'reports', 'watch.ndjson'), `${journal}{"kind":"sam`)
    const { stderr } = await start(['after', '--fixture-only', '--kubeconfig', kubeconfig]).ended
    expect(stderr).toContain('What broke, when and for how long: reports/timeline.html')
    const verdicts = await verdictsIn(folder)
    expect([...verdicts.keys()].every((id) => id.startsWith('up.'))).toBe(true)
    expect(['up.dns.values', 'up.dns-continuity', 'up.path.direct'].map((id) => verdicts.get(id)?.verdict)).toEqual([
      'conformant',
      'conformant',
      'conformant',
    ])
    expect(verdicts.get('up.redis.follows')).toMatchObject({
      verdict: 'not-applicable',
      reason: 'rollcall before has staged no set upgrade-redis',
    })
    expect(await readFile(join(folder, 'reports', 'timeline.html'), 'utf8')).toContain('Nothing was seen to break')
    expect(api.asked().filter((one) => one.startsWith('DELETE') && one.includes(namespace))).toEqual([])
  })

  test('judges without a watch what needs none', async ({ onTestFinished }) => {
    const cluster = await standing(onTestFinished)
    const { folder, kubeconfig, start } = cluster
    await writeFile(join(folder, 'reports', 'before.json'), beforeOf(uid))
    await start(['after', '--fixture-only', '--kubeconfig', kubeconfig]).ended
    const verdicts = await verdictsIn(folder)
    expect(verdicts.get('up.path.direct')).toMatchObject({
      verdict: 'not-applicable',
      reason: 'nothing was watched: rollcall watch has written no journal',
    })
    expect(verdicts.get('up.names-survive')?.verdict).toBe('conformant')
  })
})

async function verdictsIn(folder: string): Promise<Map<string, { verdict: string; reason: string }>> {
  const text = await readFile(join(folder, 'reports', 'conformance.json'), 'utf8')
  const { requirements } = JSON.parse(text) as { requirements: { id: string; verdict: string; reason: string }[] }
  return new Map(requirements.map((one) => [one.id, one]))
}
