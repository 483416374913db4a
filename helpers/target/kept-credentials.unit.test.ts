import { readFileSync } from 'node:fs'
import { Agent, type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Problem } from '../errors.ts'
import { KubernetesApi } from './api.ts'
import type { Access } from './credentials.ts'
import { fakeApi, rejection } from './fake-client.ts'
import { KeptCredentials } from './kept-credentials.ts'
import { ApiUnreachable } from './kubernetes-error.ts'

const pem = readFileSync(join(import.meta.dirname, 'fake-api.pem'), 'utf8')

const usual = { timeout: 15_000 }

/** Access with these keys, which may change, and a new agent each time, as the client makes it. */
function accessWith(keys: Pick<RequestOptions, 'ca' | 'cert' | 'key'>, server = 'https://fake'): Access {
  return {
    getCurrentCluster: () => ({ server }),
    applyToHTTPSOptions: async (options) => {
      Object.assign(options, keys, { agent: new Agent({ ...keys }) })
    },
  }
}

/** Access that waits for its plugin, each time that it is asked, until the test says what comes of it. */
function slowAccess(server = 'https://fake') {
  const asked: { resolve: () => void; reject: (reason: Error) => void }[] = []
  const applyToHTTPSOptions = () => new Promise<void>((resolve, reject) => void asked.push({ resolve, reject }))
  return { asked, access: { getCurrentCluster: () => ({ server }), applyToHTTPSOptions } }
}

/** Lets the clock stand, so that a test may say when credentials are old. */
function laterBy(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  return (ms) => void vi.setSystemTime(Date.now() + ms)
}

describe('credentials that are kept', () => {
  test.each(['ca', 'cert', 'key'] as const)('have another agent once their %s is another', async (name) => {
    const later = laterBy()
    const keys = { ca: Buffer.from('a'), cert: Buffer.from('a'), key: Buffer.from('a') }
    const kept = new KeptCredentials(accessWith(keys))
    const first = await kept.get(usual)
    keys[name] = Buffer.from('b')
    expect(await kept.get(usual)).toBe(first)
    later(30_001)
    const second = await kept.get(usual)
    expect(second.agent).not.toBe(first.agent)
    expect(second).toMatchObject({ [name]: Buffer.from('b'), agent: { keepAlive: true, maxSockets: 16 } })
    expect(first.agent).toMatchObject({ keepAlive: false })
  })

  test('keep their agent where the keys are read anew and are the same', async () => {
    const later = laterBy()
    const keys: { ca: Buffer | string } = { ca: 'a' }
    const kept = new KeptCredentials(accessWith(keys))
    const { agent } = await kept.get(usual)
    keys.ca = Buffer.from('a')
    later(30_001)
    expect(await kept.get(usual)).toMatchObject({ ca: Buffer.from('a') })
    expect((await kept.get(usual)).agent).toBe(agent)
  })

  test('leave what goes on over the old connection, and use it for nothing else', async () => {
    const later = laterBy()
    const server = await fakeApi()
    const keys = { ca: pem }
    const client = new KubernetesApi(accessWith(keys, server.url))
    let tell = (_: string): void => {}
    server.takeOver = ({ url }, response) => {
      if (url !== '/watch') return false
      response.writeHead(200).flushHeaders()
      tell = (line) => void response.end(line)
      return true
    }
    const watched = await client.open('/watch')
    await client.send('/version')
    expect(server.connections).toBe(2)
    keys.ca = `${pem}\n`
    later(30_001)
    await client.send('/version')
    await client.send('/version')
    expect(server.connections).toBe(3)
    tell('still here')
    expect(await text(watched)).toBe('still here')
    client.close()
  })

  test('are asked for once more where the server no longer knows them, whatever was asked, and only once', async () => {
    const server = await fakeApi()
    const tokens = ['old', 'new']
    let asked = 0
    const access: Access = {
      getCurrentCluster: () => ({ server: server.url }),
      applyToHTTPSOptions: async (options) => {
        const token = tokens[Math.min(asked++, tokens.length - 1)]
        Object.assign(options, { headers: { authorization: `Bearer ${token}` }, agent: new Agent({ ca: pem }) })
      },
    }
    let requests = 0
    server.takeOver = ({ headers }, response) => {
      requests++
      const known = headers.authorization === 'Bearer new'
      response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(known ? { told: 'yes' } : { kind: 'Status', reason: 'Unauthorized', message: 'who?' }),
      )
      return true
    }
    const client = () => new KubernetesApi(access)
    expect(await client().send('/version')).toEqual({ told: 'yes' })
    expect([asked, requests]).toEqual([2, 2])
    asked = 0
    expect(await text(await client().open('/watch'))).toBe('{"told":"yes"}')
    asked = 0
    tokens[1] = 'old'
    requests = 0
    expect(await rejection(client().send('/version'))).toMatchObject({ status: 401, message: 'who?' })
    expect([asked, requests]).toEqual([2, 2])
  })

  test('are closed with all connections that they ever had', async () => {
    const later = laterBy()
    const server = await fakeApi()
    const keys = { ca: pem }
    const client = new KubernetesApi(accessWith(keys, server.url))
    server.takeOver = ({ url }, response) => {
      if (url === '/watch') response.writeHead(200).flushHeaders()
      return url === '/watch'
    }
    const watched = await client.open('/watch')
    keys.ca = `${pem}\n`
    later(30_001)
    await client.send('/version')
    client.close()
    await expect(Promise.race([text(watched), delay(2000, 'still open')])).rejects.toThrow('aborted')
  })
})

describe('credentials that do not come', () => {
  const sentence =
    'The credentials for https://fake did not come within 0.05 s; see what the plugin of the kubeconfig waits for, such as a login, and start again.'

  test('are asked for once by all who come meanwhile, and again once that has failed', async () => {
    const { access, asked } = slowAccess()
    const kept = new KeptCredentials(access)
    const both = Promise.allSettled([kept.get(usual), kept.get(usual)])
    const late = await rejection(kept.get({ timeout: 50 }))
    expect(late).toBeInstanceOf(Problem)
    expect(late).toMatchObject({ message: sentence, exitCode: 2 })
    expect(asked).toHaveLength(1)
    const reason = new Error('the plugin is ill')
    asked[0]?.reject(reason)
    expect(await both).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ])
    const again = kept.get(usual)
    asked[1]?.resolve()
    expect(await again).toEqual({})
    expect(asked).toHaveLength(2)
  })

  test('may be waited for by many with one signal, which is no leak', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    onTestFinished(() => warned.mockRestore())
    const { access, asked } = slowAccess()
    const kept = new KeptCredentials(access)
    const { signal } = new AbortController()
    const all = Promise.all(Array.from({ length: 20 }, () => kept.get({ ...usual, signal })))
    asked[0]?.resolve()
    expect(await all).toHaveLength(20)
    expect(warned).not.toHaveBeenCalled()
  })

  test('are taken when they come after all', async () => {
    const { access, asked } = slowAccess()
    const kept = new KeptCredentials(access)
    await rejection(kept.get({ timeout: 1 }))
    asked[0]?.resolve()
    expect(await kept.get(usual)).toEqual({})
    expect(await kept.get(usual)).toEqual({})
    expect(asked).toHaveLength(1)
  })

  test('are a server that cannot be asked where there have been some before', async () => {
    const later = laterBy()
    const { access, asked } = slowAccess()
    const kept = new KeptCredentials(access)
    const first = kept.get(usual)
    asked[0]?.resolve()
    await first
    later(30_001)
    const late = await rejection(kept.get({ timeout: 50 }))
    expect(late).toBeInstanceOf(ApiUnreachable)
    expect(late).toMatchObject({ message: sentence })
    const failed = rejection(kept.get(usual))
    asked[1]?.reject(new Problem('The plugin failed.'))
    expect(await failed).toEqual(new ApiUnreachable('The plugin failed.'))
  })

  test.each([
    ['send', (api: KubernetesApi, signal: AbortSignal) => api.send('/version', { signal })],
    ['open', (api: KubernetesApi, signal: AbortSignal) => api.open('/version', { signal })],
    ['openWebSocket', (api: KubernetesApi, signal: AbortSignal) => api.openWebSocket('/exec', [], signal)],
  ] as const)('do not keep %s from ending with its signal', async (_, ask) => {
    const controller = new AbortController()
    const { access } = slowAccess()
    const asking = ask(new KubernetesApi(access), controller.signal)
    const reason = new Error('interrupted by SIGINT')
    controller.abort(reason)
    await expect(asking).rejects.toBe(reason)
  })

  test.each([
    ['send', (api: KubernetesApi) => api.send('/version', { timeout: 50 })],
    ['open', (api: KubernetesApi) => api.open('/version', { timeout: 50 })],
  ] as const)('do not keep %s for longer than its time', async (_, ask) => {
    expect(await rejection(ask(new KubernetesApi(slowAccess().access)))).toMatchObject({ message: sentence })
  })

  test('do not keep a WebSocket for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const opening = rejection(new KubernetesApi(slowAccess().access).openWebSocket('/exec', []))
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await opening).toMatchObject({ message: sentence.replace('0.05', '15') })
  })
})
