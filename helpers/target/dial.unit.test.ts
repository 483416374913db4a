import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { dial, type WebSocketOpener } from './dial.ts'

const target = { namespace: 'ns', pod: 'redis-0', port: 6379 }
const prefix = Buffer.from([6379 & 0xff, 6379 >> 8])
const servers: WebSocketServer[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate()
    server.close()
  }
})

function frame(channel: number, ...bytes: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat([Buffer.of(channel), ...bytes.map((part) => Buffer.from(part))])
}

/** Starts an API server whose every port-forward is answered by `answer`, and an opener for it. */
async function forwarding(answer: (socket: WebSocket, path: string) => void): Promise<WebSocketOpener> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v4.channel.k8s.io' })
  servers.push(server)
  server.on('connection', (socket, request) => {
    socket.on('error', () => {})
    answer(socket, request.url ?? '')
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    openWebSocket: async (path, protocols, signal) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols])
      socket.once('open', () => socket.pause())
      await once(socket, 'open', { signal })
      return socket
    },
  }
}

/** Answers like a kubelet in front of a server that sends everything back. */
function echo(socket: WebSocket): void {
  socket.send(frame(0, prefix))
  socket.send(frame(1, prefix))
  socket.on('message', (data: Buffer) => socket.send(data))
}

describe('dial', () => {
  test('asks for the port of the pod and carries bytes both ways', async () => {
    const paths: string[] = []
    const api = await forwarding((socket, path) => {
      paths.push(path)
      echo(socket)
    })
    const stream = await dial(api, target)
    stream.write('PING\r\n')
    expect(String(await once(stream, 'data'))).toBe('PING\r\n')
    expect(paths).toEqual(['/api/v1/namespaces/ns/pods/redis-0/portforward?ports=6379'])
    stream.destroy()
  })

  test('takes the port off each channel once, however it is cut', async () => {
    const api = await forwarding((socket) => {
      for (const piece of [
        frame(0),
        frame(0, prefix.subarray(0, 1)),
        frame(1, prefix),
        frame(0, prefix.subarray(1), 'a'),
      ])
        socket.send(piece)
      socket.send(frame(0, prefix, 'b'))
      socket.close(1000)
    })
    expect(await buffer(await dial(api, target))).toEqual(Buffer.concat([Buffer.from('a'), prefix, Buffer.from('b')]))
  })

  test('fails with the text of the error channel', async () => {
    const text = 'error forwarding port 6379 to pod: dial tcp4 127.0.0.1:6379: connect: connection refused'
    const api = await forwarding((socket) => {
      socket.send(frame(0, prefix))
      socket.send(frame(1, prefix))
      socket.send(frame(1, `${text}\n`))
    })
    const stream = await dial(api, target)
    const [error] = (await once(
      stream.on('data', () => {}),
      'error',
    ).catch((thrown: unknown) => [thrown])) as [Error]
    expect(error.message).toBe(text)
    expect(stream.destroyed).toBe(true)
  })

  test('fails where the connection breaks, and where another port or channel answers', async () => {
    const failure = async (answer: (socket: WebSocket) => void): Promise<string> => {
      const stream = await dial(await forwarding(answer), target)
      const failed = new Promise<Error>((resolve) => stream.once('error', resolve))
      stream.resume()
      return (await failed).message
    }
    expect(await failure((socket) => socket.terminate())).toBe('the port-forward broke (WebSocket close code 1006)')
    expect(await failure((socket) => socket.send(frame(0, Buffer.of(1, 0))))).toBe(
      'the port-forward is for port 1, not 6379',
    )
    expect(await failure((socket) => socket.send(frame(7)))).toBe('the port-forward sent a message on channel 7')
  })

  test('ends where the other side closes, and refuses to write after that', async () => {
    const stream = await dial(await forwarding((socket) => socket.close()), target)
    expect(await buffer(stream)).toHaveLength(0)
    await finished(stream)
    const failed = new Promise((resolve) => stream.write('x', resolve))
    expect(await failed).toBeInstanceOf(Error)
  })

  test('sends all that was written before it closes on end', async () => {
    const received: Buffer[] = []
    const closed = new Promise<number>((resolve) => {
      void forwarding((socket) => {
        socket.on('message', (data: Buffer) => received.push(data.subarray(1)))
        socket.on('close', resolve)
      }).then(async (api) => (await dial(api, target)).end(Buffer.alloc(100_000, 'x')))
    })
    expect(await closed).toBe(1000)
    expect(Buffer.concat(received)).toHaveLength(100_000)
  })

  test('gives up a close that is not answered', async () => {
    const api = await forwarding((socket) => socket.pause())
    const stream = await dial(api, target)
    stream.resume().end()
    await once(stream, 'close')
    expect(stream.errored).toBeNull()
  })

  test('carries three megabytes both ways and waits for a slow reader', async () => {
    const sent = Buffer.alloc(3 * 1024 * 1024, 'rollcall')
    const stream = await dial(await forwarding(echo), target)
    stream.write(sent)
    await sleep(100)
    expect(stream.readableLength).toBeLessThan(256 * 1024)
    const chunks: Buffer[] = []
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      if (chunks.reduce((sum, { length }) => sum + length, 0) === sent.length) break
    }
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
  })

  test('keeps an idle connection alive with pings', async () => {
    const pings: unknown[] = []
    const api = await forwarding((socket) => socket.on('ping', (data) => pings.push(data)))
    const stream = await dial(api, target, undefined, { ping: 20 })
    await sleep(100)
    stream.destroy()
    expect(pings.length).toBeGreaterThan(1)
  })

  test('gives up a handshake that takes too long, and passes on why it was refused', async () => {
    const never: WebSocketOpener = {
      openWebSocket: (_path, _protocols, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    }
    await expect(dial(never, target, undefined, { handshake: 10 })).rejects.toThrow(
      'no port-forward to ns/redis-0:6379 in 10 ms',
    )
    await expect(dial(never, target, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted')
    const refusing: WebSocketOpener = { openWebSocket: () => Promise.reject(new Error('pods "redis-0" is forbidden')) }
    await expect(dial(refusing, target)).rejects.toThrow('pods "redis-0" is forbidden')
  })

  test('destroys the stream when the signal aborts', async () => {
    const controller = new AbortController()
    const stream = await dial(await forwarding(echo), target, controller.signal)
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve))
    controller.abort(new Error('interrupted'))
    expect((await failed).name).toBe('AbortError')
  })
})
