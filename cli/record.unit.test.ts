import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readWorld } from '../helpers/worlds/world.ts'
import { desk, fakeCluster, reportOf } from './fake-run.ts'

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

test('a file that cannot be written is refused before anything is staged', async ({ onTestFinished }) => {
  const { folder, start } = await desk(onTestFinished)
  await mkdir(join(folder, 'world'))
  expect(await start(['run', '--record', 'world']).ended).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Cannot write world: a directory is in the place of the file; move it away, or name another file with --record.\n',
  })
}, 60_000)

test('a file that can no longer be written costs a run no verdict', async ({ onTestFinished }) => {
  const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
  api.answer = ({ method }) => {
    if (method === 'PATCH') void mkdir(join(folder, 'world'), { recursive: true })
    return undefined
  }
  const argv = ['run', 'statefulset/identity', '-t', 'names its Pods', '--record', 'world', '--kubeconfig', kubeconfig]
  const sentence =
    'Cannot write world: a directory is in the place of the file; move it away, or name another file with --record.'
  const { code, stdout } = await start(argv).ended
  const { run, requirements } = await reportOf(folder)
  // The fake cluster is convicted, which outweighs a problem.
  expect([code, run.problems, requirements.map((one) => one.verdict)]).toEqual([1, [sentence], ['non-conformant']])
  expect(stdout).toContain(sentence)
  expect([...api.store.objects.keys()]).toEqual([])
}, 120_000)
