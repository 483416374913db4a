import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../helpers/config.ts'
import { fakeApi, rejection } from '../helpers/target/fake-client.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { beforeOf, namespace } from '../helpers/upgrade/fixture-sample.ts'
import { beforeJson, keepInCluster } from '../helpers/upgrade/keep-before.ts'
import { recordedBefore } from './recorded.ts'

const theirs = 'registry.example.test/theirs'
const ours = 'registry.example.test/ours'

type Own = Partial<Pick<Config, 'imagesFrom'>>

/** Reads a record that is in the cluster, or in the folder of the reports as well. */
async function recorded(before: Before, own: Own, { inFile = false } = {}): Promise<Before> {
  const api = await fakeApi()
  await keepInCluster(api.client(), before, 60)
  const reports = mkdtempSync(join(tmpdir(), 'rollcall-recorded-'))
  onTestFinished(() => rmSync(reports, { recursive: true }))
  if (inFile) writeFileSync(join(reports, 'before.json'), beforeJson(before))
  const connect = api.client.bind(api)
  return recordedBefore(connect, { reports, namespace, ...own }, undefined, new AbortController().signal)
}

test('a registry is taken from a file, and our own before it', async () => {
  const before = beforeOf({ imagesFrom: theirs })
  expect((await recorded(before, {}, { inFile: true })).imagesFrom).toBe(theirs)
  expect((await recorded(before, { imagesFrom: ours }, { inFile: true })).imagesFrom).toBe(ours)
})

test('a registry is never taken from the cluster, where a tenant may have named it', async () => {
  const before = beforeOf({ imagesFrom: theirs })
  expect(await rejection(recorded(before, {}))).toMatchObject({
    name: 'Problem',
    message: `The record in ${namespace} says that images came from "${theirs}", which is taken from no cluster; give --images-from again, or name the file of rollcall before with --state.`,
  })
  expect((await recorded(before, { imagesFrom: ours })).imagesFrom).toBe(ours)
  expect(await recorded(beforeOf(), {})).toEqual(beforeOf())
})
