import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Problem } from '../errors.ts'
import { readApiFacts } from './facts.ts'
import { clientOf, fakeApi, freePort, rejection } from './fake-client.ts'
import { failure } from './fake-store.ts'

/** Sets the variables that name a proxy, until the test ends; none is set but these. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, variables[name])
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('an API server tells versions, and what may not be read', async () => {
  const api = await fakeApi()
  api.answer = ({ path }) => (path === '/api/v1/nodes' ? failure(403, 'Forbidden', 'no nodes') : undefined)
  expect(await readApiFacts(api.client(), 'kind-fake')).toEqual({
    context: 'kind-fake',
    server: `${api.url}/`,
    version: { gitVersion: 'v1.35.0', platform: 'linux/amd64' },
    nodes: { seen: false, reason: 'no right to read nodes (no nodes)' },
    proxies: [],
    storage: { defaultClass: { seen: false, reason: 'the cluster has no default StorageClass' } },
    widePolicies: [],
  })
})

describe('an API server that tells nothing', () => {
  test.each([
    [{}, ''],
    [{ HTTPS_PROXY: '' }, ''],
    [
      { HTTPS_PROXY: 'http://me:secret@proxy' },
      ', or set proxy-url in its kubeconfig, since HTTPS_PROXY does not count here',
    ],
    [{ https_proxy: 'proxy' }, ', or set proxy-url in its kubeconfig, since https_proxy does not count here'],
  ])('cannot be reached, where the environment is %j', async (variables, hint) => {
    environment(variables)
    const port = await freePort()
    const error = await rejection(readApiFacts(clientOf(`https://127.0.0.1:${port}`), 'kind-x'))
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({
      message: `The API server of context kind-x cannot be reached (GET /version: connect ECONNREFUSED 127.0.0.1:${port}); start the cluster, or name another context${hint}.`,
    })
  })

  test('does not accept the credentials', async () => {
    const api = await fakeApi()
    api.answer = () => failure(401, 'Unauthorized', 'Unauthorized')
    expect(await rejection(readApiFacts(api.client(), 'kind-x'))).toMatchObject({
      name: 'Problem',
      message: 'The API server of context kind-x does not accept its credentials (Unauthorized); renew them.',
    })
  })
})
