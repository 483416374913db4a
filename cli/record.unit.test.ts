import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readWorld } from '../helpers/worlds/world.ts'
import { fakeCluster, reportOf } from './fake-run.ts'

test('a run that records keeps what its verdicts were drawn from, and no credentials', async ({ onTestFinished }) => {
  const { folder, kubeconfig, start } = await fakeCluster(onTestFinished)
  const file = join(folder, 'worlds', 'M-X01.json.gz')
  await start(['run', 'statefulset/identity', '-t', 'names its Pods', '--record', file, '--kubeconfig', kubeconfig])
    .ended
  const { id, roll, requirements } = await readWorld(file)
  const [judged] = (await reportOf(folder)).requirements
  const recorded = requirements['sts.name.ordinal']
  expect([id, Object.keys(requirements)]).toEqual(['M-X01', ['sts.name.ordinal']])
  expect([recorded?.verdict, recorded?.reason]).toEqual([judged?.verdict, judged?.reason])
  const namespace = roll.sets[0]?.namespace
  expect(Object.keys(recorded?.tape ?? {})).toEqual([`snapshot ${namespace} and statefulSets`])
  expect(await readFile(kubeconfig, 'utf8')).toContain('test-token')
  expect(gunzipSync(await readFile(file)).toString()).not.toContain('test-token')
}, 120_000)
