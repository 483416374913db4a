import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { clientOf, fakeApi, freePort, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { ApiUnreachable } from '../target/kubernetes-error.ts'
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

  test('is found in the cluster, in its namespace or wherever the youngest is', async () => {
    const api = await fakeApi()
    const client = api.client()
    await keepInCluster(client, before, 60)
    expect(await readBeforeInCluster(client, namespace, signal)).toEqual(before)
    for (const path of api.store.paths('configmaps')) {
      const object = api.store.objects.get(path)
      if (object !== undefined) object.metadata.creationTimestamp = '2026-01-01T00:00:00Z'
    }
    const younger = beforeOf({ id: 'young1', sets: [{ set: 'upgrade', namespace: 'other' }] })
    await keepInCluster(client, younger, 60)
    const path = api.store.paths('configmaps').find((one) => one.includes('/other/')) ?? ''
    Object.assign(api.store.objects.get(path)?.metadata ?? {}, { creationTimestamp: '2026-02-01T00:00:00Z' })
    expect((await readBeforeInCluster(client, undefined, signal)).id).toBe('young1')
  })

  test('is a problem where the cluster has none, or does not let us look; an API that is away is none', async () => {
    const api = await fakeApi()
    const client = api.client()
    for (const where of [namespace, undefined])
      expect(await rejection(readBeforeInCluster(client, where, signal))).toMatchObject({
        name: 'Problem',
        message: expect.stringMatching(/holds no record of rollcall before/),
      })
    api.answer = () => failure(403, 'Forbidden', 'no')
    expect(await rejection(readBeforeInCluster(client, undefined, signal))).toMatchObject({
      message: expect.stringMatching(/cannot be looked for .*--state.*--namespace/),
    })
    const away = clientOf(`https://127.0.0.1:${await freePort()}`)
    expect(await rejection(readBeforeInCluster(away, namespace, signal))).toBeInstanceOf(ApiUnreachable)
  })
})
