import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { Problem } from '../helpers/errors.ts'
import { chosenCluster } from './chosen-cluster.ts'

const never = new AbortController().signal

async function kubeconfigFile(onTestFinished: (done: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-chosen-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'kubeconfig')
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kind-one',
    clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:6443' } }],
    users: [{ name: 'somebody', user: { token: 'secret' } }],
    contexts: [{ name: 'kind-one', context: { cluster: 'one', user: 'somebody' } }],
  })
  await writeFile(file, text)
  return file
}

describe.concurrent('chosenCluster', { timeout: 60_000 }, () => {
  test('hands over the cluster that is named, with its credentials', async ({ onTestFinished }) => {
    const kubeconfig = await kubeconfigFile(onTestFinished)
    const named = await chosenCluster({ kubeconfig, context: 'kind-one' }, { env: {}, signal: never })
    expect(named).toMatchObject({
      context: 'kind-one',
      server: 'https://127.0.0.1:6443',
      why: 'named by the user',
      access: { standing: { headers: { Authorization: 'Bearer secret' } } },
    })
    const current = await chosenCluster({}, { env: { KUBECONFIG: kubeconfig }, signal: never })
    expect(current?.why).toMatch(/^current context of an explicit kubeconfig/)
  })

  test('finds none where none is named', async () => {
    expect(await chosenCluster({}, { env: {}, signal: never })).toBeUndefined()
  })

  test('says in one sentence why it can find none', async ({ onTestFinished }) => {
    const kubeconfig = await kubeconfigFile(onTestFinished)
    const asked = chosenCluster({ kubeconfig, context: 'other' }, { env: {}, signal: never })
    await expect(asked).rejects.toThrow(
      new Problem(`${kubeconfig} has no context "other": it has kind-one; name one of these.`),
    )
  })

  test('ends when it is interrupted', async ({ onTestFinished }) => {
    const kubeconfig = await kubeconfigFile(onTestFinished)
    const interrupt = new AbortController()
    const asked = chosenCluster({ kubeconfig, context: 'kind-one' }, { env: {}, signal: interrupt.signal })
    interrupt.abort(new Error('interrupted by SIGINT'))
    await expect(asked).rejects.toThrow('interrupted by SIGINT')
  })
})
