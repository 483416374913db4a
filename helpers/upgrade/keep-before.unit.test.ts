import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { runLabel } from '../stage/labels.ts'
import type { FakeApi } from '../target/fake-api.ts'
import { clientOf, fakeApi, freePort, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { ApiUnreachable } from '../target/kubernetes-error.ts'
import type { Before } from './before.ts'
import { beforeOf, namespace } from './fixture-sample.ts'
import { beforeJson, homeOf, keepInCluster, readBeforeFile, readBeforeInCluster } from './keep-before.ts'

const before = beforeOf()
const { signal } = new AbortController()

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-before-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'before.json'), text)
  return join(folder, 'before.json')
}

/** What a run has recorded in the namespace that it has made. */
function recordOf(id: string): Before {
  return beforeOf({ id, sets: [{ set: 'upgrade', namespace: `rollcall-upgrade-${id}` }] })
}

/** The namespace that a run has made for its fixture. */
function home(api: FakeApi, run: string, creationTimestamp: string): void {
  const metadata = { name: `rollcall-upgrade-${run}`, labels: { [runLabel]: run }, creationTimestamp }
  api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata })
}

describe('what was before', () => {
  test('is read from its file as it was written', () => {
    expect(readBeforeFile(fileOf(beforeJson(before)))).toEqual(before)
    expect(homeOf(before)).toBe(namespace)
  })

  test.each(['nonsense', 'null', '{}', '{"schema":"rollcall.dev/before/v0"}'])('is not in another file: %s', (text) => {
    expect(() => readBeforeFile(fileOf(text))).toThrow(Problem)
  })

  test('is nowhere where nobody has written it', () => {
    expect(() => readBeforeFile('/nowhere/before.json')).toThrow(
      'There is no /nowhere/before.json; run rollcall before ahead of the upgrade, or name its file with --state.',
    )
  })

  test('is found in the cluster, in its namespace or in the youngest that a run has made', async () => {
    const api = await fakeApi()
    const client = api.client()
    await keepInCluster(client, before, 60)
    expect(await readBeforeInCluster(client, namespace, signal)).toEqual(before)
    home(api, 'abc123', '2026-01-01T00:00:00Z')
    expect((await readBeforeInCluster(client, undefined, signal)).id).toBe('abc123')
    await keepInCluster(client, recordOf('young1'), 60)
    home(api, 'young1', '2026-02-01T00:00:00Z')
    // Of a run that was interrupted before it could write.
    home(api, 'empty1', '2026-03-01T00:00:00Z')
    expect((await readBeforeInCluster(client, undefined, signal)).id).toBe('young1')
  })

  test.each<[string, string, Record<string, string>]>([
    ['of a tenant', 'team', { [runLabel]: 'young1' }],
    ['with the name of ours', 'rollcall-upgrade-young1', {}],
    ['with the name of ours, and the mark of another run', 'rollcall-upgrade-young1', { [runLabel]: 'other1' }],
  ])('is not taken from a namespace %s unless it is named', async (_, name, labels) => {
    const api = await fakeApi()
    const client = api.client()
    const written = beforeOf({ id: 'young1', sets: [{ set: 'upgrade', namespace: name }] })
    await keepInCluster(client, written, 60)
    api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
    expect(await rejection(readBeforeInCluster(client, undefined, signal))).toMatchObject({
      message: expect.stringMatching(/^No namespace that rollcall before has made holds its record; .*--namespace\.$/),
    })
    expect((await readBeforeInCluster(client, name, signal)).id).toBe('young1')
  })

  test('leads into no namespace but its own', async () => {
    const api = await fakeApi()
    const client = api.client()
    await keepInCluster(
      client,
      { ...before, sets: [...before.sets, { set: 'upgrade-redis', namespace: 'theirs' }] },
      60,
    )
    expect(await rejection(readBeforeInCluster(client, namespace, signal))).toMatchObject({
      name: 'Problem',
      message: expect.stringContaining('tells of a fixture in other namespaces'),
    })
    const sets = [...before.sets, { set: 'upgrade-redis' as const, namespace: 'rollcall-upgrade-redis-abc123' }]
    await keepInCluster(client, { ...before, sets }, 60)
    expect((await readBeforeInCluster(client, namespace, signal)).sets).toEqual(sets)
  })

  test('is a problem where the cluster has none, or does not let us look; an API that is away is none', async () => {
    const api = await fakeApi()
    const client = api.client()
    for (const where of [namespace, undefined])
      expect(await rejection(readBeforeInCluster(client, where, signal))).toMatchObject({
        name: 'Problem',
        message: expect.stringMatching(
          /^(Namespace .* holds no record of rollcall before|No namespace that rollcall before has made holds its record); /,
        ),
      })
    api.answer = () => failure(403, 'Forbidden', 'no')
    expect(await rejection(readBeforeInCluster(client, undefined, signal))).toMatchObject({
      message: expect.stringMatching(/cannot be looked for .*--state.*--namespace/),
    })
    const away = clientOf(`https://127.0.0.1:${await freePort()}`)
    expect(await rejection(readBeforeInCluster(away, namespace, signal))).toBeInstanceOf(ApiUnreachable)
  })
})
