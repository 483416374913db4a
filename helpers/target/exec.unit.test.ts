import { describe, expect, test } from 'vitest'
import { exec, openExec } from './exec.ts'
import { fakeApi, rejection } from './fake-client.ts'
import { exitStatus, frame, printing } from './fake-exec.ts'
import { failure } from './fake-store.ts'

const place = { namespace: 'ns', pod: 'p', container: 'c' }
const argv = ['cat', '/etc/a file', '--', '&;$x']

describe('exec', () => {
  test('asks for the command word by word and returns what it printed', async () => {
    const api = await fakeApi()
    api.exec = printing('hello\n')
    expect(await exec(api.client(), place, argv, { timeout: 5000 })).toEqual({
      end: { kind: 'exited', code: 0, message: '' },
      stdout: 'hello\n',
      stderr: '',
    })
    const [request] = api.requests
    expect(request?.path).toBe('/api/v1/namespaces/ns/pods/p/exec')
    expect([...(request?.query ?? [])]).toEqual([
      ['container', 'c'],
      ['stdin', 'true'],
      ['stdout', 'true'],
      ['stderr', 'true'],
      ...argv.map((word) => ['command', word]),
    ])
    expect(request?.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io')
  })

  test('tells exit code and message of a command that fails', async () => {
    const api = await fakeApi()
    api.exec = printing('', 7)
    expect((await exec(api.client(), place, argv, { timeout: 5000 })).end).toEqual({
      kind: 'exited',
      code: 7,
      message: 'command terminated with non-zero exit code: exit status 7',
    })
  })

  test('puts characters together that frames have cut, and keeps the two outputs apart', async () => {
    const api = await fakeApi()
    const [letter, rest] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)]
    api.exec = (socket) => {
      for (const data of [frame('stdout', letter), frame('stderr', 'oh'), frame('stdout', rest), frame('stdout', '')])
        socket.send(data)
      socket.send(exitStatus(0))
      socket.close()
    }
    const { stdout, stderr } = await exec(api.client(), place, argv, { timeout: 5000 })
    expect({ stdout, stderr }).toEqual({ stdout: 'ü', stderr: 'oh' })
  })

  test('sends what is written at once in one frame, in its order', async () => {
    const api = await fakeApi()
    const frames: string[] = []
    api.exec = (socket) => {
      socket.on('message', (data: Buffer) => {
        frames.push(data.toString('utf8'))
        if (frames.length === 2) socket.close()
      })
    }
    const session = await openExec(api.client(), place, argv, { onStdout: () => {} })
    for (const word of ['one ', 'two ']) session.write(Buffer.from(word))
    await new Promise((resolve) => setImmediate(resolve))
    session.write(Buffer.from('three'))
    await session.end
    expect(frames).toEqual(['\0one two ', '\0three'])
  })

  test('keeps output that comes after the status', async () => {
    const api = await fakeApi()
    api.exec = (socket) => {
      socket.send(exitStatus(3))
      socket.send(frame('stdout', 'late'), () => socket.terminate())
    }
    expect(await exec(api.client(), place, argv, { timeout: 5000 })).toMatchObject({
      end: { kind: 'exited', code: 3 },
      stdout: 'late',
    })
  })

  test('is lost where the connection closes or breaks without a status', async () => {
    const api = await fakeApi()
    api.exec = (socket) => {
      socket.send(frame('stdout', 'half'))
      socket.close(1000)
    }
    expect(await exec(api.client(), place, argv, { timeout: 5000 })).toEqual({
      end: { kind: 'lost', reason: 'the exec connection closed without a status (code 1000)' },
      stdout: 'half',
      stderr: '',
    })
    api.exec = (socket) => socket.send(frame('stdout', ''), () => socket.terminate())
    expect((await exec(api.client(), place, argv, { timeout: 5000 })).end).toEqual({
      kind: 'lost',
      reason: 'the exec connection closed without a status (code 1006)',
    })
  })

  test('is lost where the status has no exit code or cannot be read', async () => {
    const api = await fakeApi()
    const endOf = async (status: string) => {
      api.exec = (socket) => {
        socket.send(frame('status', status))
        socket.close()
      }
      return (await exec(api.client(), place, argv, { timeout: 5000 })).end
    }
    expect(await endOf(JSON.stringify({ status: 'Failure', message: 'container not found ("c")' }))).toEqual({
      kind: 'lost',
      reason: 'container not found ("c")',
    })
    expect(await endOf('{"status":"Failure"}')).toEqual({ kind: 'lost', reason: 'exec failed without an exit code' })
    expect(await endOf('{"status":')).toEqual({ kind: 'lost', reason: 'the exec status could not be read' })
  })

  test('is lost with the sentence of the API server where it is forbidden', async () => {
    const api = await fakeApi()
    api.refuseExec = failure(403, 'Forbidden', 'pods "p" is forbidden: User "x" cannot create resource "pods/exec"')
    expect((await exec(api.client(), place, argv, { timeout: 5000 })).end).toEqual({
      kind: 'lost',
      reason: 'pods "p" is forbidden: User "x" cannot create resource "pods/exec"',
    })
  })

  test('is lost where the command does not end in time', async () => {
    const api = await fakeApi()
    api.exec = (socket) => socket.send(frame('stdout', 'so far'))
    expect(await exec(api.client(), place, argv, { timeout: 200 })).toEqual({
      end: { kind: 'lost', reason: 'cat in p did not end within 0.2 s' },
      stdout: 'so far',
      stderr: '',
    })
  })

  test('rejects with the reason of the signal', async () => {
    const api = await fakeApi()
    const controller = new AbortController()
    const reason = new Error('interrupted by SIGINT')
    api.exec = () => controller.abort(reason)
    const running = exec(api.client(), place, argv, { timeout: 5000, signal: controller.signal })
    expect(await rejection(running)).toBe(reason)
  })
})

describe('openExec', () => {
  test('carries input to the command, and drops what comes after the end', async () => {
    const api = await fakeApi()
    api.exec = (socket) =>
      socket.on('message', (data: Buffer) => {
        socket.send(Buffer.concat([frame('stdout', ''), data.subarray(1)]))
        socket.send(exitStatus(Number(data[0])))
        socket.close()
      })
    const heard: Buffer[] = []
    const session = await openExec(api.client(), place, argv, { onStdout: (bytes) => heard.push(bytes) })
    session.write(Buffer.from([0, 255, 10]))
    expect(await session.end).toEqual({ kind: 'exited', code: 0, message: '' })
    expect(Buffer.concat(heard)).toEqual(Buffer.from([0, 255, 10]))
    session.write(Buffer.from('more'))
  })

  test('is lost when it is closed from our side', async () => {
    const api = await fakeApi()
    api.exec = () => {}
    const session = await openExec(api.client(), place, argv, { onStdout: () => {} })
    session.close()
    expect(await session.end).toEqual({
      kind: 'lost',
      reason: 'the exec connection closed without a status (code 1006)',
    })
  })

  test('rejects where exec is forbidden', async () => {
    const api = await fakeApi()
    api.refuseExec = failure(403, 'Forbidden', 'no exec for you')
    const opening = openExec(api.client(), place, argv, { onStdout: () => {} })
    expect(await rejection(opening)).toMatchObject({ name: 'KubernetesError', status: 403, message: 'no exec for you' })
  })
})
