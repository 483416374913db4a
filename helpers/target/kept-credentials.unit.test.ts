import { readFileSync } from 'node:fs'
import { Agent, type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KubernetesApi } from './api.ts'
import type { Access } from './credentials.ts'
import { fakeApi } from './fake-client.ts'
import { KeptCredentials } from './kept-credentials.ts'

const pem = readFileSync(join(import.meta.dirname, 'fake-api.pem'), 'utf8')

/** Access with these keys, which may change, and a new agent each time, as the client makes it. */
function accessWith(keys: Pick<RequestOptions, 'ca' | 'cert' | 'key'>, server = 'https://fake'): Access {
  return {
    getCurrentCluster: () => ({ server }),
    applyToHTTPSOptions: async (options) => {
      Object.assign(options, keys, { agent: new Agent({ ...keys }) })
    },
  }
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
    const first = await kept.get()
    keys[name] = Buffer.from('b')
    expect(await kept.get()).toBe(first)
    later(30_001)
    const second = await kept.get()
    expect(second.agent).not.toBe(first.agent)
    expect(second).toMatchObject({ [name]: Buffer.from('b'), agent: { keepAlive: true, maxSockets: 16 } })
    expect(first.agent).toMatchObject({ keepAlive: false })
  })

  test('keep their agent where the keys are read anew and are the same', async () => {
    const later = laterBy()
    const keys: { ca: Buffer | string } = { ca: 'a' }
    const kept = new KeptCredentials(accessWith(keys))
    const { agent } = await kept.get()
    keys.ca = Buffer.from('a')
    later(30_001)
    expect(await kept.get()).toMatchObject({ ca: Buffer.from('a') })
    expect((await kept.get()).agent).toBe(agent)
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
