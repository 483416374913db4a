import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, fakeApi, freePort, rejection } from './fake-client.ts'
import { frame } from './fake-exec.ts'
import { failure } from './fake-store.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

const path = '/api/v1/namespaces/ns/pods/p/exec'

describe('openWebSocket', () => {
  test('hands over the frames that came with the upgrade', async () => {
    const api = await fakeApi()
    api.exec = (socket) => {
      socket.send(frame('stdout', 'early'))
      socket.close()
    }
    const socket = await api.client().openWebSocket(`${path}?command=a&command=b`, ['v5.channel.k8s.io'])
    expect(socket.protocol).toBe('v5.channel.k8s.io')
    // A caller listens some time after the handshake: by then the frames have arrived.
    await new Promise((resolve) => setImmediate(resolve))
    const message = once(socket, 'message')
    socket.resume()
    expect((await message)[0]).toEqual(frame('stdout', 'early'))
    expect(api.requests[0]?.headers.authorization).toBe('Bearer test-token')
  })

  test('rejects with the Status of an upgrade that is refused, and with the text of another', async () => {
    const api = await fakeApi()
    api.refuseExec = failure(403, 'Forbidden', 'pods "p" is forbidden: cannot create resource "pods/exec"')
    const error = await rejection(api.client().openWebSocket(`${path}?command=secret`, []))
    expect(error).toBeInstanceOf(KubernetesError)
    expect(error).toMatchObject({ status: 403, message: 'pods "p" is forbidden: cannot create resource "pods/exec"' })
    api.refuseExec = { status: 400, body: 'no upgrade here' }
    expect(await rejection(api.client().openWebSocket(`${path}?command=secret`, []))).toMatchObject({
      status: 400,
      message: `${path}: HTTP 400 no upgrade here`,
    })
  })

  test('rejects where the refusal breaks off', async () => {
    const server = await fakeApi()
    server.refuseExec = { status: 403, body: '{"kind":', cut: true }
    expect(await rejection(server.client().openWebSocket(path, []))).toMatchObject({
      status: 403,
      message: `${path}: HTTP 403 {"kind":`,
    })
  })

  test('is unreachable where nothing listens', async () => {
    const port = await freePort()
    const error = await rejection(clientOf(`https://127.0.0.1:${port}`).openWebSocket(path, []))
    expect(error).toBeInstanceOf(ApiUnreachable)
    expect(error).toMatchObject({ message: `${path}: connect ECONNREFUSED 127.0.0.1:${port}` })
  })

  test('rejects with the reason of the signal, before and while it connects', async () => {
    const reason = new Error('interrupted by SIGINT')
    const silent = createServer((socket) => {
      socket.on('error', () => {})
      controller.abort(reason)
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const client = clientOf(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`)
    const controller = new AbortController()
    await expect(client.openWebSocket(path, [], AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(client.openWebSocket(path, [], controller.signal)).rejects.toBe(reason)
  })
})
