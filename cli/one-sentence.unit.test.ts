import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from '../helpers/target/fake-client.ts'
import { failure } from '../helpers/target/fake-store.ts'
import { desk, fakeCluster, plugged } from './fake-run.ts'

describe.concurrent('a command ends with one sentence', { timeout: 120_000 }, () => {
  test.for(['sweep', 'before', 'watch', 'after'] as const)(
    '%s, where the API is away',
    async (command, { onTestFinished }) => {
      const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
      await writeFile(kubeconfig, api.kubeconfig('kind-fake', `https://127.0.0.1:${await freePort()}`))
      const { code, stderr } = await start([command, '--kubeconfig', kubeconfig]).ended
      expect(code).toBe(2)
      expect(stderr).toMatch(
        /^(.* s {2}context .*\n)?The API server .*cannot be reached \(.*ECONNREFUSED.*\); start the cluster, or name another context\.\n$/,
      )
    },
  )

  test('sweep, where a plugin gives no credentials and does not end', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    const hangs = { command: process.execPath, args: ['-e', 'setTimeout(() => {}, 90_000)'] }
    await writeFile(kubeconfig, plugged(api.kubeconfig(), hangs))
    const started = performance.now()
    const { code, stderr } = await start(['sweep', '--kubeconfig', kubeconfig]).ended
    expect(performance.now() - started).toBeLessThan(80_000)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^The credentials for https:.* did not come within 15 s; see what the plugin .* start again\.\n$/m,
    )
  })

  test('sweep, where it may not look', async ({ onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    api.answer = () => failure(403, 'Forbidden', 'namespaces is forbidden')
    expect(await start(['sweep', '--kubeconfig', kubeconfig]).ended).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'The API server refuses with HTTP 403 (namespaces is forbidden); ask for that right, or name a namespace of which you are admin with --namespace.\n',
    })
  })

  test.for(['cache/below', '/proc/rollcall'])(
    'cluster down, where the cache would be %s',
    async (cache, { onTestFinished }) => {
      const { folder, start } = await desk(onTestFinished)
      await writeFile(join(folder, 'cache'), 'a file')
      const { code, stderr } = await start(['cluster', 'down'], { ROLLCALL_CACHE: cache }).ended
      expect(code).toBe(2)
      expect(stderr).toMatch(/^The cache folder .* cannot be made \(.*\); name one that .* with ROLLCALL_CACHE\.\n$/)
    },
  )
})
