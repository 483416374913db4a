import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, fakeApi, freePort, rejection } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

const pods = '/api/v1/namespaces/ns/pods'

describe('KubernetesApi', () => {
  test('sends method, query, credentials and the body as it is, and decodes the answer', async () => {
    const api = await fakeApi()
    api.answer = () => ({ status: 200, body: { unknown: { field: [1, 'x'] } } })
    const body = { ingress: [{ from: [{ podSelector: {} }] }], future: true }
    const sent = await api.client().send(pods, {
      method: 'PATCH',
      query: { a: 'é&=', b: ['1', '2'] },
      body,
      contentType: 'application/apply-patch+yaml',
    })
    expect(sent).toEqual({ unknown: { field: [1, 'x'] } })
    const [request] = api.requests
    expect(request).toMatchObject({ method: 'PATCH', path: pods, body })
    expect([...(request?.query ?? [])]).toEqual([
      ['a', 'é&='],
      ['b', '1'],
      ['b', '2'],
    ])
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer test-token',
      'content-type': 'application/apply-patch+yaml',
      'user-agent': 'rollcall',
    })
  })

  test('keeps one connection for requests that follow one another', async () => {
    const api = await fakeApi()
    const client = api.client()
    for (let count = 0; count < 20; count++) await client.send(pods)
    expect(api.connections).toBe(1)
    client.close()
  })

  test('opens at most 16 connections for requests at the same time', async () => {
    const api = await fakeApi()
    const client = api.client()
    await Promise.all(Array.from({ length: 64 }, () => client.send(pods)))
    expect(api.connections).toBe(16)
    client.close()
  })

  test('keeps the path that the server URL has', async () => {
    const api = await fakeApi()
    await expect(api.client('/k8s/clusters/c-1').send('/version')).rejects.toThrow('could not find')
    await expect(api.client('/k8s/clusters/c-1/').openWebSocket('/x', [])).resolves.toBeDefined()
    expect(api.asked()).toEqual(['GET /k8s/clusters/c-1/version', 'GET /k8s/clusters/c-1/x'])
  })

  test('rejects with reason and message of the Status that refuses', async () => {
    const api = await fakeApi()
    api.answer = () => failure(403, 'Forbidden', 'pods is forbidden: User "x" cannot list resource "pods"')
    const error = await rejection(api.client().send(pods))
    expect(error).toBeInstanceOf(KubernetesError)
    expect(error).toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: 'pods is forbidden: User "x" cannot list resource "pods"',
    })
  })

  test('rejects with the text where something in between refuses', async () => {
    const api = await fakeApi()
    api.answer = () => ({ status: 502, body: `<html>Bad Gateway${'x'.repeat(300)}` })
    expect(await rejection(api.client().send(pods))).toMatchObject({
      name: 'KubernetesError',
      status: 502,
      reason: '',
      message: `GET ${pods}: HTTP 502 <html>Bad Gateway${'x'.repeat(183)}`,
    })
  })

  test.each([
    ['GET', 429],
    ['POST', 429],
    ['GET', 503],
  ] as const)('sends %s again where the server says %i and when to come back', async (method, status) => {
    const api = await fakeApi()
    const busy = { ...failure(status, 'TooManyRequests', 'too many requests'), headers: { 'retry-after': '0' } }
    api.answer = () => (api.requests.length < 3 ? busy : { status: 200, body: { done: true } })
    expect(await api.client().send(pods, { method })).toEqual({ done: true })
    expect(api.requests).toHaveLength(3)
  })

  test('does not come back for ever, nor later than it may wait, nor where the server names no time', async () => {
    const api = await fakeApi()
    const after = (seconds?: string) => ({
      ...failure(429, 'TooManyRequests', 'too many requests'),
      ...(seconds === undefined ? {} : { headers: { 'retry-after': seconds } }),
    })
    for (const [seconds, times] of [
      ['0', 5],
      ['60', 1],
      ['Fri, 31 Dec 1999 23:59:59 GMT', 1],
      [undefined, 1],
    ] as const) {
      api.requests.splice(0)
      api.answer = () => after(seconds)
      expect(await rejection(api.client().send(pods))).toMatchObject({ status: 429 })
      expect(api.requests).toHaveLength(times)
    }
  })

  test('does not wait for a busy server once it is aborted', async () => {
    const api = await fakeApi()
    api.answer = () => ({ ...failure(429, 'TooManyRequests', 'busy'), headers: { 'retry-after': '9' } })
    const reason = new Error('interrupted')
    const controller = new AbortController()
    const sent = api.client().send(pods, { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 50)
    await expect(sent).rejects.toBe(reason)
  })

  test('is unreachable where an answer is cut JSON', async () => {
    const api = await fakeApi()
    api.answer = () => ({ status: 200, body: '{"items":[' })
    const error = await rejection(api.client().send(pods))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect(error).toMatchObject({ message: `GET ${pods}: the answer is not JSON: {"items":[` })
  })

  test('is unreachable where nothing listens', async () => {
    const port = await freePort()
    const error = await rejection(clientOf(`https://127.0.0.1:${port}`).send('/version'))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect(error).toMatchObject({ message: `GET /version: connect ECONNREFUSED 127.0.0.1:${port}` })
  })

  test('is unreachable where no answer comes in time, and where it stops half-way', async () => {
    const api = await fakeApi()
    api.takeOver = (_request, response) => {
      response.writeHead(200).write('{')
      return true
    }
    const error = await rejection(api.client().send('/version', { timeout: 100 }))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect(error).toMatchObject({ message: 'GET /version: no answer within 0.1 s' })
  })

  test('is unreachable where the certificate is not of a known authority', async () => {
    const api = await fakeApi()
    const error = await rejection(clientOf(api.url).send('/version'))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect(error).toMatchObject({ message: expect.stringMatching(/^GET \/version: self-signed certificate/) })
  })

  test('is unreachable where the server speaks no TLS', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const error = await rejection(clientOf(url).send('/version'))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect((error as Error).message).toMatch(/^GET \/version: .*(wrong version number|packet length too long)/s)
  })

  test('rejects with the reason of the signal, before and while it asks', async () => {
    const api = await fakeApi()
    const reason = new Error('interrupted by SIGINT')
    await expect(api.client().send('/version', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(api.requests).toEqual([])
    const controller = new AbortController()
    api.takeOver = () => {
      controller.abort(reason)
      return true
    }
    await expect(api.client().send('/version', { signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('a connection that breaks', () => {
  test('is replaced once where it was kept and the server has closed it', async () => {
    const api = await fakeApi()
    const client = api.client()
    await client.send('/version')
    let seen = 0
    api.takeOver = (request) => {
      seen++
      if (seen === 1) request.socket.destroy()
      return seen === 1
    }
    expect(await client.send('/version')).toMatchObject({ gitVersion: 'v1.35.0' })
    expect([seen, api.connections]).toEqual([2, 2])
    client.close()
  })

  test('is an error where it was new', async () => {
    const api = await fakeApi()
    let seen = 0
    api.takeOver = (request) => {
      seen++
      request.socket.destroy()
      return true
    }
    const error = await rejection(api.client().send('/version'))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect([seen, (error as Error).message]).toEqual([1, 'GET /version: socket hang up'])
  })

  test('is an error where it was kept but the answer had begun: the request may have been done', async () => {
    const api = await fakeApi()
    const client = api.client()
    await client.send('/version')
    let seen = 0
    api.takeOver = (request, response) => {
      seen++
      response.writeHead(201, { 'content-length': '100' }).write('{', () => request.socket.destroy())
      return true
    }
    const error = await rejection(client.send('/api/v1/namespaces', { method: 'POST', body: {} }))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect([seen, (error as Error).message]).toEqual([1, 'POST /api/v1/namespaces: aborted'])
    client.close()
  })
})
