import { describe, expect, test } from 'vitest'
import { Problem } from '../errors.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { FakeCluster } from './fake-cluster.ts'
import { beforeOf, namespace, pod, shown } from './fixture-sample.ts'
import type { JournalEntry, SampleEntry } from './journal.ts'
import type { Left } from './resume.ts'
import { truthOf } from './truth.ts'
import { Watcher } from './watcher.ts'

const nothing: Left = { last: undefined, truth: undefined, targets: new Map(), samples: new Map(), lost: new Set() }

/** A watch of a fake cluster: what it has written, and a way to wait for an entry. */
async function watching(left = nothing, append?: (entry: JournalEntry) => void) {
  const cluster = new FakeCluster(await fakeApi())
  const over = new AbortController()
  const written: JournalEntry[] = []
  let look = (): void => {}
  const watcher = new Watcher({
    connect: () => cluster.api.client(),
    before: beforeOf(),
    journal: {
      append: (...entries) => {
        for (const entry of entries) append?.(entry)
        written.push(...entries)
        look()
      },
    },
    left,
    signal: over.signal,
    progress: () => {},
  })
  const ended = watcher.run()
  const until = (shows: (entry: JournalEntry) => boolean): Promise<JournalEntry> =>
    new Promise((resolve) => {
      look = () => {
        const found = written.find(shows)
        if (found !== undefined) resolve(found)
      }
      look()
    })
  return { cluster, written, until, ended, stop: () => over.abort(new Error('enough')) }
}

describe('a watch', () => {
  test('writes down the truth, tells the samplers what to ask, takes their samples, and lets them rest in the end', async () => {
    const { cluster, written, until, ended, stop } = await watching()
    const version = await cluster.handed()
    cluster.print('2=answered/10.244.1.1 3=refused/Connection_refused')
    await until((one) => one.kind === 'sample')
    stop()
    await ended
    expect(written.map((one) => one.kind)).toEqual(['begin', 'truth', 'targets', 'sample', 'end'])
    expect(written[2]).toMatchObject({ kind: 'targets', at: version })
    const sample = written[3] as SampleEntry
    expect(sample).toMatchObject({ node: 'node-a', sampler: '50', sequence: 1, took: 3 })
    expect(sample.results).toEqual({
      'http up-web-1': { outcome: 'answered', detail: '10.244.1.1' },
      'http up-web-2': { outcome: 'refused', detail: 'Connection refused' },
    })
    expect(written[4]).toMatchObject({ traffic: { questions: 0, connections: 2, bytes: expect.any(Number) } })
    expect(cluster.placed).toEqual([
      { version, lasts: 1800 },
      { version: 0, lasts: 0 },
    ])
  })

  test('tells what changes, and hands the samplers another list', async () => {
    const { cluster, written, until, ended, stop } = await watching()
    await cluster.handed()
    const moved = pod('up-web-2', 'rollcall-up-web', '10.244.1.33', { uid: 'other' })
    cluster.api.store.put(moved as never)
    const event = await until((one) => one.kind === 'event' && one.of === 'fixture')
    expect(event).toMatchObject({ subject: 'up-web-2', text: 'Pod replaced, node-b → node-a' })
    const [, now] = written.filter((one) => one.kind === 'truth')
    expect(now?.kind === 'truth' ? now.at - (now.since ?? 0) : 0).toBeGreaterThan(0)
    while (cluster.placed.length < 2) await new Promise((resolve) => setImmediate(resolve))
    stop()
    await ended
    expect(written.filter((one) => one.kind === 'targets').map((one) => one.at)).toEqual(
      cluster.placed.slice(0, 2).map((one) => one.version),
    )
  })

  test('goes on while the API is away, and tells from when to when', async () => {
    const { cluster, until, ended, stop } = await watching()
    await cluster.handed()
    cluster.away = true
    await until((one) => one.kind === 'event' && one.text === 'does not answer: no leader')
    cluster.print('2=answered/10.244.1.1')
    await until((one) => one.kind === 'sample')
    cluster.away = false
    const gap = await until((one) => one.kind === 'gap')
    expect(gap).toMatchObject({ of: 'API', reason: 'no leader' })
    await until((one) => one.kind === 'event' && one.text === 'answers again')
    stop()
    await ended
  })

  test('goes on where an earlier one has ended, and says for how long nobody watched', async () => {
    const truth = truthOf([shown()], 'cluster.local', 1)
    const sample: SampleEntry = {
      ...{ kind: 'sample', at: Date.now() - 5000, node: 'node-a', sequence: 1, sampler: '50', took: 1, results: {} },
    }
    const left: Left = { ...nothing, last: sample.at, truth, samples: new Map([['node-a', [sample]]]) }
    const { cluster, written, until, ended, stop } = await watching(left)
    await cluster.handed()
    // What was taken before is told again.
    cluster.print('2=answered')
    cluster.print('2=answered')
    await until((one) => one.kind === 'sample')
    stop()
    await ended
    const gap = { kind: 'gap', of: 'API', since: sample.at, reason: 'rollcall watch was not running' }
    expect(written[1]).toMatchObject(gap)
    expect(written.filter((one) => one.kind === 'sample')).toMatchObject([{ sequence: 2 }])
    expect(written.map((one) => one.kind)).not.toContain('truth')
  })

  test('ends where the fixture is not there', async () => {
    const cluster = new FakeCluster(await fakeApi())
    cluster.api.store.objects.clear()
    const means = {
      connect: () => cluster.api.client(),
      before: beforeOf(),
      journal: { append: () => {} },
      left: nothing,
    }
    const watcher = new Watcher({ ...means, signal: new AbortController().signal, progress: () => {} })
    expect(await rejection(watcher.run())).toEqual(
      new Problem(`There is no sampler of the fixture abc123 in ${namespace}; stage one with rollcall before.`),
    )
  })

  test('ends where it cannot write any more', async () => {
    const full = new Problem('the disk is full')
    const { cluster, ended } = await watching(nothing, (entry) => {
      if (entry.kind === 'sample') throw full
    })
    const failed = rejection(ended)
    await cluster.handed()
    cluster.print('2=answered')
    expect(await failed).toBe(full)
  })
})
