import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { type Deed, keepHistory } from './history.ts'

const path = '/api/v1/namespaces/ns/pods'

function pod(name: string, change: { uid?: string; ready?: boolean; deletionTimestamp?: string } = {}) {
  const { uid = 'one', ready = true, deletionTimestamp } = change
  return {
    metadata: {
      name,
      uid,
      resourceVersion: '12',
      labels: { 'controller-revision-hash': 'db-a' },
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { hostname: name, subdomain: 'db', containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }
}

type Tell = (type: string, object: object) => void

/** An API server with one Pod of the set and a stranger, and a watch to which the test tells events. */
async function watched(): Promise<{ api: FakeApi; tell: Promise<Tell> }> {
  const api = await fakeApi()
  const items = [pod('db-0'), pod('db-extra')]
  api.answer = () => ({ status: 200, body: { metadata: { resourceVersion: '10' }, items } })
  const tell = new Promise<Tell>((resolve) => {
    api.takeOver = (request, response: ServerResponse) => {
      if (!request.url?.includes('watch=true')) return false
      response.writeHead(200).flushHeaders()
      resolve((type, object) => void response.write(`${JSON.stringify({ type, object })}\n`))
      return true
    }
  })
  return { api, tell }
}

function keep(api: FakeApi, deed: Deed, patience = 2000, signal = new AbortController().signal) {
  return keepHistory(api.client(), { namespace: 'ns', set: 'db', patience, signal }, deed)
}

describe('keepHistory', () => {
  test('keeps what was there and what happened to the Pods of the set, and to no other, until the deed is done', async () => {
    const { api, tell } = await watched()
    const history = await keep(api, async (until, before) => {
      expect([...before.keys()]).toEqual(['db-0'])
      const say = await tell
      say('MODIFIED', pod('db-extra', { ready: false }))
      say('MODIFIED', pod('db-0', { deletionTimestamp: '2026-01-01T00:00:00Z' }))
      say('DELETED', pod('db-0'))
      say('ADDED', pod('db-0', { uid: 'two', ready: false }))
      const there = await until('another Pod', (pods) => pods.get('db-0')?.uid === 'two')
      expect([...there.keys()]).toEqual(['db-0'])
    })
    expect(history.before.map(({ name, ready }) => [name, ready])).toEqual([['db-0', true]])
    expect(history.events.map(({ type, uid, ready, leaving }) => [type, uid, ready, leaving])).toEqual([
      ['MODIFIED', 'one', true, true],
      ['DELETED', 'one', true, false],
      ['ADDED', 'two', false, false],
    ])
    expect(history.events[2]).toMatchObject({ revision: 'db-a', hostname: 'db-0.db', phase: 'Running' })
    expect(api.asked()).toEqual([`GET ${path}`])
  })

  test('says what is missing where the Pods do not become as wanted in time', async () => {
    const { api } = await watched()
    const history = await keep(api, async (until) => void (await until('two Pods', (pods) => pods.size === 2)), 50)
    expect(history.trouble).toBe('waited 0.05 s for two Pods; last seen: db-0 Ready')
  })

  test('says which Pod was refused meanwhile, and not before', async () => {
    const { api } = await watched()
    const pods = api.answer
    const event = (resourceVersion: string, message: string) => ({ metadata: { resourceVersion }, message })
    api.answer = (request, store) =>
      request.path.endsWith('/events')
        ? { status: 200, body: { items: [event('9', 'of yesterday'), event('11', 'exceeded quota')] } }
        : pods(request, store)
    const history = await keep(api, async (until) => void (await until('two Pods', (all) => all.size === 2)), 50)
    expect(history.refused).toBe('exceeded quota')
  })

  test('says that there is a gap where the server has forgotten the place', async () => {
    const { api, tell } = await watched()
    const history = await keep(api, async (until) => {
      const say = await tell
      say('ERROR', failure(410, 'Expired', 'too old').body as object)
      await until('two Pods', (pods) => pods.size === 2)
    })
    expect(history.trouble).toBe('the watch has lost its place: too old')
  })

  test('says why nobody may watch', async () => {
    const { api } = await watched()
    const refused = failure(403, 'Forbidden', 'pods is forbidden: User "u" cannot watch resource "pods"')
    api.takeOver = (request, response) => {
      if (!request.url?.includes('watch=true')) return false
      response.writeHead(403).end(JSON.stringify(refused.body))
      return true
    }
    const history = await keep(api, async (until) => void (await until('two Pods', (pods) => pods.size === 2)))
    expect(history.refusal).toContain('cannot watch resource "pods"')
  })

  test('throws what the deed throws, and the reason when it is told to stop', async () => {
    const { api } = await watched()
    await expect(keep(api, () => Promise.reject(new Error('no right to scale')))).rejects.toThrow('no right to scale')
    const stop = new AbortController()
    const waiting = keep(api, async (until) => void (await until('two Pods', () => false)), 5000, stop.signal)
    setTimeout(() => stop.abort(new Error('interrupted')), 50)
    await expect(waiting).rejects.toThrow('interrupted')
  })
})
