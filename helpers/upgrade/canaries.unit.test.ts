import { onTestFinished, test } from 'vitest'
import type { WebSocket } from 'ws'
import { fakeApi } from '../target/fake-client.ts'
import { agent } from '../target/fake-exec.ts'
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
  const open = new Map<WebSocket, string | undefined>()
  const sound = agent(() => ({ code: 0, output: '' }))
  api.exec = (socket, argv, path) => {
    open.set(socket, argv[0])
    socket.on('close', () => open.delete(socket))
    // The server that is asked through the other one never answers.
    if (argv[0] === 'bash') sound(socket, argv, path)
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
  canaries.attend([], [])
  await until('all to be given up', () => open.size === 0)
  await until('another agent, for the canary that goes on', () => [...open.values()].includes('bash'))
  stop.abort(new Error('over'))
  await sent
  await until('no exec', () => open.size === 0)
})
