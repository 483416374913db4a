import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { KubernetesApi } from './api.ts'
import { takeOver } from './credentials.ts'
import { fakeApi } from './fake-client.ts'
import { handOver, readExport } from './kubeconfig.ts'

interface Kubeconfig {
  users: { name: string; user: Record<string, unknown> }[]
  clusters: { name: string; cluster: Record<string, unknown> }[]
}

/** Hands access over as threads do, with a kubeconfig that is first changed. */
async function handed(kubeconfig: string, change: (kubeconfig: Kubeconfig) => void = () => {}) {
  const changed = parse(kubeconfig) as Kubeconfig
  change(changed)
  return structuredClone(await handOver(readExport(stringify(changed))))
}

describe('access that is handed to another thread', () => {
  test('leads to the same server as the same user', async () => {
    const api = await fakeApi()
    const access = await handed(api.kubeconfig(), ({ users }) => {
      for (const one of users) one.user = { token: 'bearer-of-news' }
    })
    expect(access.standing?.headers).toEqual({ Authorization: 'Bearer bearer-of-news' })
    const client = new KubernetesApi(takeOver(access))
    expect(client.server).toBe(`${api.url}/`)
    expect(await client.send('/version')).toEqual({ gitVersion: 'v1.35.0', platform: 'linux/amd64' })
    client.close()
  })

  test('leads there by the kubeconfig where a plugin gives the credentials', async () => {
    const api = await fakeApi()
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'x' } }
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', `console.log(${JSON.stringify(JSON.stringify(credential))})`],
      interactiveMode: 'Never',
    }
    const access = await handed(api.kubeconfig(), ({ users }) => {
      for (const one of users) one.user = { exec }
    })
    expect(access.standing).toBeUndefined()
    const client = new KubernetesApi(takeOver(access))
    expect(await client.send('/version')).toEqual({ gitVersion: 'v1.35.0', platform: 'linux/amd64' })
    client.close()
  })

  test('goes by the kubeconfig where a proxy is in between', async () => {
    const api = await fakeApi()
    const access = await handed(api.kubeconfig(), ({ clusters }) => {
      for (const one of clusters) one.cluster['proxy-url'] = 'http://127.0.0.1:1'
    })
    expect(access.standing).toBeUndefined()
  })
})
