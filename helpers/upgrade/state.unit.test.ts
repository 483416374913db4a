import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FakeApi } from '../target/fake-api.ts'
import { findBefore, parseBefore, readBeforeFile } from './state.ts'

const whole = {
  schema: 'rollcall.dev/before/v1',
  id: 'abc123',
  taken: '2026-11-22T11:00:00Z',
  facts: { dns: { clusterDomain: 'cluster.local' } },
  sets: [{ set: 'upgrade', namespace: 'ns' }],
  snapshots: {},
  ...{ revisions: [], answers: [], marks: [], redis: [] },
}

describe('what was recorded before', () => {
  test('is read as it was written', () => {
    expect(parseBefore(JSON.stringify(whole), 'before.json')).toEqual(whole)
  })

  test.each([
    [
      '{"schema":"rollcall.dev/before/v9"}',
      /^before\.json has the format "rollcall\.dev\/before\/v9", and this Rollcall reads /,
    ],
    ['{}', /^before\.json has the format of nothing, /],
    ['null', /^before\.json has the format of nothing, /],
    ['a b c', /^before\.json is no record of rollcall before \(.*\); name another with --state\.$/],
    [JSON.stringify({ ...whole, sets: [] }), /^before\.json is not whole: sets is wrong/],
  ])('is refused as %s', (text, sentence) => {
    expect(() => parseBefore(text, 'before.json')).toThrow(sentence)
  })

  test('is nothing where there is no file, and a Problem where that cannot be read', async () => {
    expect(await readBeforeFile('/nowhere/before.json')).toBeUndefined()
    await expect(readBeforeFile('/tmp')).rejects.toThrow(/^\/tmp cannot be read/)
  })

  test('is found in the cluster, packed or not, the newest first', async () => {
    await using api = await FakeApi.start()
    const client = api.client()
    expect(await findBefore(client, undefined)).toBeUndefined()
    const put = (namespace: string, content: object): void => {
      const metadata = { name: 'rollcall-before', namespace }
      api.store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...content })
    }
    put('old', { data: { 'before.json': JSON.stringify({ ...whole, id: 'old123', taken: '2026-11-21T11:00:00Z' }) } })
    put('ns', { binaryData: { state: gzipSync(JSON.stringify(whole)).toString('base64') } })
    expect((await findBefore(client, undefined))?.id).toBe('abc123')
    expect((await findBefore(client, 'old'))?.id).toBe('old123')
    put('ns', { data: { state: gzipSync(JSON.stringify({ ...whole, id: 'packed' })).toString('base64') } })
    expect((await findBefore(client, undefined))?.id).toBe('packed')
    client.close()
  })
})
