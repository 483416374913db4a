import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { failure } from '../helpers/target/fake-store.ts'
import { desk, fakeCluster } from './fake-run.ts'

const neither =
  'No cluster is named, and the Kind cluster "rollcall" is not up; name one with --context, or start that with rollcall cluster up.\n'

describe.concurrent('a command for a cluster that is there', { timeout: 60_000 }, () => {
  test('ends with one sentence where no cluster is named and no Kind cluster is up', async ({ onTestFinished }) => {
    const { start } = await desk(onTestFinished)
    const ended = await Promise.all([start(['doctor']).ended, start(['sweep']).ended])
    expect(ended).toEqual([
      { code: 2, stdout: '', stderr: neither },
      { code: 2, stdout: '', stderr: neither },
    ])
  })

  test('prints the facts and takes its probe Pod away again', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    const { code, stdout } = await start(['doctor', '--kubeconfig', kubeconfig]).ended
    const facts = parse(stdout) as Record<string, unknown>
    expect([code, facts.context, facts.families]).toEqual([0, 'kind-fake', ['IPv4']])
    expect(facts.dns).toMatchObject({ clusterDomain: 'cluster.local', nameservers: { 'node-a': ['10.96.0.10'] } })
    const changes = api.requests.filter(({ method }) => method !== 'GET')
    const kept = changes.filter(({ path, query }) => !path.endsWith('reviews') && !query.has('dryRun'))
    expect(kept.map(({ method, path }) => `${method} ${path.replace(/-[0-9a-f]{6}$/, '-ID')}`)).toEqual([
      'POST /api/v1/namespaces/default/pods',
      'DELETE /api/v1/namespaces/default/pods/rollcall-doctor-ID',
    ])
  })

  test('ends with 2 where the Pod of doctor stays, which a sweep finds', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    api.answer = ({ method }) => (method === 'DELETE' ? failure(403, 'Forbidden', 'you may not delete') : undefined)
    const { code, stderr } = await start(['doctor', '--kubeconfig', kubeconfig]).ended
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /Pod rollcall-doctor-[0-9a-f]{6} could not be deleted: you may not delete; rollcall sweep --all --namespace default takes it away\.\n$/,
    )
    api.answer = () => undefined
    api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'theirs', namespace: 'default' } })
    expect((await start(['sweep', '--all', '--kubeconfig', kubeconfig]).ended).stdout).toMatch(
      /^swept Pod rollcall-doctor-[0-9a-f]{6}\n$/,
    )
    expect(api.store.paths('pods')).toEqual(['/api/v1/namespaces/default/pods/theirs'])
  })

  test('takes the Pod of doctor away when it is interrupted while that is made', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    const started = start(['doctor', '--kubeconfig', kubeconfig])
    api.answer = async ({ method, path, query }) => {
      if (method !== 'POST' || !path.endsWith('/pods') || query.has('dryRun')) return undefined
      started.kill('SIGINT')
      // What the server has begun it ends, whether or not somebody still waits for the answer.
      await new Promise((resolve) => setTimeout(resolve, 500))
      return undefined
    }
    expect((await started.ended).code).not.toBe(0)
    expect(api.store.paths('pods')).toEqual([])
  })

  test('sweeps what has expired and says so', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    const labels = { 'rollcall.dev/run': 'a1b2c3', 'rollcall.dev/expires': '1', 'rollcall.dev/runner': 'elsewhere.1' }
    api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rollcall-redis-a1b2c3', labels } })
    const first = await start(['sweep', '--kubeconfig', kubeconfig]).ended
    expect(first).toEqual({ code: 0, stdout: 'swept rollcall-redis-a1b2c3\n', stderr: '' })
    const second = await start(['sweep', '--kubeconfig', kubeconfig]).ended
    expect(second).toEqual({ code: 0, stdout: 'nothing to sweep in kind-fake\n', stderr: '' })
  })
})
