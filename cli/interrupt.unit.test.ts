import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { beforeOf } from '../helpers/upgrade/fixture-sample.ts'
import { beforeJson } from '../helpers/upgrade/keep-before.ts'
import { fakeCluster } from './fake-run.ts'

describe.concurrent('an interrupt ends with one line and 130', { timeout: 240_000 }, () => {
  test.for([
    ['doctor', /^\/version$/],
    ['before', /^\/version$/],
    ['bench', /\/daemonsets$/],
    ['watch', /\/namespaces$/],
    ['after', /\/namespaces$/],
  ] as const)('%s', async ([command, asked], { onTestFinished }) => {
    const { api, kubeconfig, start } = await fakeCluster(onTestFinished)
    const started = start([command, '--kubeconfig', kubeconfig])
    let once = false
    api.answer = ({ path }) => {
      if (!asked.test(path) || once) return undefined
      once = true
      started.kill('SIGINT')
      // No answer may be quicker than the signal.
      return started.ended.then(() => undefined)
    }
    const { code, stderr } = await started.ended
    expect([once, code]).toEqual([true, 130])
    expect(stderr).not.toMatch(/^ +at /m)
    expect(stderr.match(/^interrupted by SIGINT$/gm) ?? []).toHaveLength(command === 'before' ? 0 : 1)
  })

  test('after, on the way to the cluster that was recorded', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    await mkdir(join(folder, 'reports'))
    await writeFile(join(folder, 'reports', 'before.json'), beforeJson(beforeOf()))
    const started = start(['after', '--kubeconfig', kubeconfig])
    api.answer = () => {
      started.kill('SIGINT')
      return started.ended.then(() => undefined)
    }
    expect(await started.ended).toMatchObject({ code: 130 })
  })
})
