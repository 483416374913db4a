import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { provideServiceAccounts } from '../helpers/stage/fake-workloads.ts'
import { desk, fakeCluster } from './fake-run.ts'

describe.concurrent('rollcall soak', { timeout: 120_000 }, () => {
  test('wants a number of runs', async ({ onTestFinished }) => {
    const { start } = await desk(onTestFinished)
    expect(await start(['soak', 'many']).ended).toMatchObject({
      code: 2,
      stderr: 'The number of runs is "many" but must be a whole number from 1 to 10000; give another.\n',
    })
  })

  test('ends with the first run in which nothing was looked at', async ({ onTestFinished }) => {
    const { folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    const { code, stdout } = await start(['soak', '3', 'dms/', '--kubeconfig', kubeconfig]).ended
    expect(code).toBe(2)
    expect(stdout).toContain('\nNo suite file matches dms/; name a part of its path, such as ')
    expect(stdout).toContain('\n0 of 3 runs\n')
    const report = JSON.parse(await readFile(join(folder, 'reports', 'soak.json'), 'utf8')) as object
    expect(report).toMatchObject({ run: { filters: ['dms/'], asked: 3, done: 0, exit: 2, interrupted: false } })
  })

  test('tells what there is when it is interrupted, and leaves nothing behind', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    provideServiceAccounts(api.store)
    const started = start(['soak', '3', '--kubeconfig', kubeconfig])
    let asked = 0
    api.answer = ({ method, path }) => {
      // Two sets with a DaemonSet ask side by side, and a second signal would end the process at once.
      if (method === 'GET' && path.endsWith('/daemonsets') && asked++ === 0) started.kill('SIGINT')
      return undefined
    }
    const { code, stdout } = await started.ended
    expect(code).toBe(130)
    expect(stdout.split('\n').slice(-3)).toEqual(['0 of 3 runs, interrupted', '0 passed, 0 failed', ''])
    expect([...api.store.objects.keys()]).toEqual([])
    const report = JSON.parse(await readFile(join(folder, 'reports', 'soak.json'), 'utf8')) as object
    expect(report).toMatchObject({ run: { asked: 3, done: 0, exit: 130, interrupted: true } })
  })
})
