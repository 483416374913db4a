import { onTestFinished, test } from 'vitest'
import type { WebSocket } from 'ws'
import { fakeApi } from '../target/fake-client.ts'
import { eventually } from '../wait.ts'
import { Canaries } from './canaries.ts'
import { controllers } from './canary-sample.ts'
import { beforeOf } from './fixture-sample.ts'

test('a canary leaves no exec open in a Pod that was given up while it was looked at from there', async () => {
  const api = await fakeApi()
  const client = api.client()
  onTestFinished(() => client.close())
  const before = beforeOf()
  controllers(api, before.sets[0]?.namespace)
  const open = new Set<WebSocket>()
  let opened = 0
  api.exec = (socket) => {
    opened++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  }
  const until = (reason: string, isSo: () => boolean) =>
    eventually(async () => (isSo() ? { done: true, value: undefined } : { done: false, saw: `${open.size} open` }), {
      ...{ reason, deadline: 10_000, interval: 10 },
    })
  const stop = new AbortController()
  const canaries = new Canaries(client, before, stop.signal)
  const pod = { uid: 'u', node: 'node-a', namespace: 'ns', pod: 'sampler-a', container: 'sampler', addresses: [] }
  canaries.attend([{ ...pod, ready: true }] as never, [])
  const sent = canaries.send().catch(() => [])
  await until('an exec', () => open.size > 0)
  const first = opened
  canaries.attend([], [])
  await until('another exec, after the sight was given up', () => opened > first && open.size > 0)
  stop.abort(new Error('over'))
  await sent
  await until('no exec', () => open.size === 0)
})
