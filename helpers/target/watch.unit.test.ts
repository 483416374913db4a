import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { fakeApi, rejection } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { WatchLost, watch } from './watch.ts'

type Script = (response: ServerResponse, call: number) => void

const line = (type: string, version: number, more: object = {}): string =>
  `${JSON.stringify({ type, object: { metadata: { name: `pod-${version}`, resourceVersion: `${version}` }, ...more } })}\n`

/** Watches against a server that answers each connection as the script says, until the last of `expected` was told. */
async function told(script: Script, until: string) {
  const api = await fakeApi()
  const asked: (string | null)[] = []
  api.takeOver = (request, response) => {
    asked.push(new URL(request.url ?? '', 'https://fake').searchParams.get('resourceVersion'))
    script(response, asked.length)
    return true
  }
  const over = new AbortController()
  const seen: string[] = []
  const client = api.client()
  const ended = watch(client, 'pods', {
    namespace: 'ns',
    since: '10',
    signal: over.signal,
    told: ({ type, object }) => {
      seen.push(`${type} ${object.metadata?.name}`)
      if (seen.at(-1) === until) over.abort()
    },
  })
  const error = await ended.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  client.close()
  return { seen, asked, error }
}

describe('watch', () => {
  test('tells events as they come, however the answer is cut into pieces', async () => {
    const text = line('ADDED', 11) + line('BOOKMARK', 12) + line('MODIFIED', 13)
    const { seen, asked, error } = await told((response) => {
      response.writeHead(200)
      for (const piece of text.match(/[\s\S]{1,9}/g) ?? []) response.write(piece)
    }, 'MODIFIED pod-13')
    expect([seen, asked, error]).toEqual([['ADDED pod-11', 'MODIFIED pod-13'], ['10'], undefined])
  })

  test('goes on from the last whole event when the connection ends or is cut', async () => {
    const { seen, asked } = await told((response, call) => {
      response.writeHead(200)
      if (call === 1) response.end(line('ADDED', 11))
      else if (call === 2) {
        response.write(line('ADDED', 12) + line('ADDED', 13).slice(0, 20))
        setTimeout(() => response.destroy(), 20)
      } else response.write(line('ADDED', 13))
    }, 'ADDED pod-13')
    expect(seen).toEqual(['ADDED pod-11', 'ADDED pod-12', 'ADDED pod-13'])
    expect(asked).toEqual(['10', '11', '12'])
  })

  test('is lost where the server has forgotten the place, before or while it tells', async () => {
    const gone = failure(410, 'Expired', 'too old resource version')
    const before = await told((response) => response.writeHead(410).end(JSON.stringify(gone.body)), '')
    const during = await told((response) => {
      response.writeHead(200)
      response.write(`${JSON.stringify({ type: 'ERROR', object: gone.body })}\n`)
    }, '')
    for (const { error } of [before, during]) {
      expect(error).toBeInstanceOf(WatchLost)
      expect(error).toHaveProperty('message', 'the watch has lost its place: too old resource version')
    }
  })

  test('is lost where every connection ends at once', async () => {
    const { error, asked } = await told((response) => response.writeHead(200).end(), '')
    expect(error).toEqual(new WatchLost('the watch cannot be kept: it was closed'))
    expect(asked).toHaveLength(5)
  })

  test('rejects with what the server says where it refuses', async () => {
    const refused = failure(403, 'Forbidden', 'cannot watch resource "pods"')
    const { error, asked } = await told((response) => response.writeHead(403).end(JSON.stringify(refused.body)), '')
    expect(error).toBeInstanceOf(KubernetesError)
    expect(error).toHaveProperty('message', 'cannot watch resource "pods"')
    expect(asked).toHaveLength(1)
  })

  test('ends silently when it is told to, also before it has begun', async () => {
    const api = await fakeApi()
    const options = { namespace: 'ns', since: '1', told: () => {}, signal: AbortSignal.abort() }
    await expect(watch(api.client(), 'pods', options)).resolves.toBeUndefined()
    expect(api.requests).toEqual([])
  })
})

describe('an answer that goes on', () => {
  test('is given up where it does not begin', async () => {
    const api = await fakeApi()
    api.takeOver = () => true
    const error = await rejection(api.client().open('/api/v1/pods', { timeout: 50 }))
    expect(error).toHaveProperty('message', 'GET /api/v1/pods: no answer within 0.05 s')
  })
})
