import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { onTestFinished } from 'vitest'
import { KubernetesApi } from './api.ts'
import { FakeApi } from './fake-api.ts'

/** A fake API server that goes when the test ends. */
export async function fakeApi(): Promise<FakeApi> {
  const api = await FakeApi.start()
  onTestFinished(() => api[Symbol.asyncDispose]())
  return api
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error,
  )
}

/** A client that trusts no special authority. */
export function clientOf(server: string): KubernetesApi {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: false }, { name: 'u' })
  return new KubernetesApi(config)
}

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
