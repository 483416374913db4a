import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../target/fake-client.ts'
import { datagramOutcome, pairOutcomes } from '../dns/datagram.ts'
import { encodeQuery } from '../dns/message.ts'
import { responseTo } from '../dns/message-sample.ts'
import { encodeVolley, volleyOutcome, volleySize } from '../dns/volley.ts'
import { parseHttp } from '../http.ts'
import { AgentProcess } from './agent-process-sample.ts'
import { repliesIn } from './http-rounds.ts'

const question = { name: 'web.ns.svc.cluster.local', type: 'A' } as const

/** A folder that goes when the test ends. */
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-agent-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return String((server.address() as AddressInfo).port)
}

/** A UDP server that answers with what `answer` makes of a datagram; undefined keeps silent. */
async function udpServer(answer: (datagram: Buffer) => Buffer | undefined): Promise<string> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  onTestFinished(() => void socket.close())
  socket.on('message', (datagram, from) => {
    const reply = answer(datagram)
    if (reply !== undefined) socket.send(reply, from.port, from.address)
  })
  await once(socket, 'listening')
  return String(socket.address().port)
}

describe('the agent', () => {
  test('echoes, tells its hostname, and refuses a verb that it does not know', async () => {
    const agent = new AgentProcess()
    expect(await Promise.all([agent.text('echo'), agent.text('hostname'), agent.text('reboot', 'now')])).toEqual([
      [0, ''],
      [0, `${hostname()}\n`],
      [1, ''],
    ])
  })

  test('tells which tools are missing', async () => {
    const agent = new AgentProcess()
    expect(await agent.text('tools', 'bash', 'no-such-tool', 'base64')).toEqual([0, 'no-such-tool\n'])
  })

  test('reads a file byte for byte, and says why it cannot', async () => {
    const path = join(await folder(), 'bytes')
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256))
    await writeFile(path, bytes)
    const agent = new AgentProcess()
    expect(await agent.ask('file', path)).toEqual({ code: 0, output: bytes })
    expect(await agent.text('file', '/no/such/file')).toEqual([1, 'cat: /no/such/file: No such file or directory\n'])
    expect((await agent.text('file', '--help'))[0]).toBe(1)
  })

  test('carries a datagram there and back with every byte', async () => {
    const query = encodeQuery(7, question)
    const port = await udpServer((datagram) =>
      responseTo(datagram, [{ type: 'A', name: question.name, ttl: 5, data: '10.244.1.0' }]),
    )
    const agent = new AgentProcess()
    const reply = await agent.ask('udp', '127.0.0.1', port, query.toString('base64'), '3')
    expect(datagramOutcome({ kind: 'done', ...reply }, 7, question)).toMatchObject({
      kind: 'answer',
      answer: { answers: [{ address: '10.244.1.0' }] },
    })
  })

  test('asks two questions from one socket, and carries back what comes, in any order', async () => {
    const [first, second] = (['A', 'AAAA'] as const).map((type, index) => encodeQuery(7 + index, { ...question, type }))
    const ports = new Set<number>()
    const held: Buffer[] = []
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    onTestFinished(() => void socket.close())
    socket.on('message', (datagram, from) => {
      ports.add(from.port)
      if (held.push(datagram) < 2) return
      for (const one of held.reverse()) socket.send(responseTo(one, []), from.port, from.address)
    })
    await once(socket, 'listening')
    const agent = new AgentProcess()
    const words = [first, second].map((one) => one?.toString('base64') ?? '')
    const reply = await agent.ask('pair', '127.0.0.1', String(socket.address().port), ...words, '3')
    const outcomes = pairOutcomes({ kind: 'done', ...reply }, 7, question.name)
    expect(outcomes.map((one) => one.kind)).toEqual(['answer', 'answer'])
    expect(ports.size).toBe(1)
  })

  test('keeps the one answer of a pair that comes', async () => {
    const [first, second] = (['A', 'AAAA'] as const).map((type, index) => encodeQuery(7 + index, { ...question, type }))
    const port = await udpServer((datagram) => (datagram.readUInt16BE(0) === 8 ? responseTo(datagram, []) : undefined))
    const words = [first, second].map((one) => one?.toString('base64') ?? '')
    const reply = await new AgentProcess().ask('pair', '127.0.0.1', port, ...words, '0.5')
    const outcomes = pairOutcomes({ kind: 'done', ...reply }, 7, question.name)
    expect(outcomes.map((one) => one.kind)).toEqual(['timeout', 'answer'])
  })

  test('ends a pair that nobody answers, also where timeout ends nothing but the process that it has started', async () => {
    const bin = await folder()
    await writeFile(
      join(bin, 'timeout'),
      '#!/bin/sh\nshift\n"$@" <&0 & child=$!\nsleep 0.4; kill $child; wait $child\n',
    )
    await chmod(join(bin, 'timeout'), 0o755)
    const port = await udpServer(() => undefined)
    const agent = new AgentProcess({ path: bin })
    const started = performance.now()
    const reply = await agent.ask('pair', '127.0.0.1', port, 'AAAA', 'AAAA', '0.4')
    expect(pairOutcomes({ kind: 'done', ...reply }, 7, question.name).map((one) => one.kind)).toEqual([
      'timeout',
      'timeout',
    ])
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('sends many questions from one socket at once, and tells the answers apart that come', async () => {
    const ports = new Set<number>()
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    onTestFinished(() => void socket.close())
    socket.on('message', (datagram, from) => {
      ports.add(from.port)
      // The last six ids that there are.
      if (datagram.readUInt16BE(0) < 65_530) socket.send(responseTo(datagram, []), from.port, from.address)
    })
    await once(socket, 'listening')
    const port = String(socket.address().port)
    const agent = new AgentProcess()
    const volley = async (id: number, seconds: string) => {
      const queries = encodeVolley(id, question.name)
      const words = [Buffer.concat(queries).toString('base64'), String(queries[0]?.length), String(queries.length)]
      return volleyOutcome({ kind: 'done', ...(await agent.ask('volley', '127.0.0.1', port, ...words, seconds)) }, id)
    }
    expect(await volley(65_520, '0.5')).toEqual({ kind: 'counted', sent: volleySize, answered: volleySize - 6 })
    expect(await volley(7, '5')).toEqual({ kind: 'counted', sent: volleySize, answered: volleySize })
    expect(ports.size).toBe(2)
  })

  test('waits for a silent server no longer than it is told, and answers others meanwhile', async () => {
    const port = await udpServer(() => undefined)
    const agent = new AgentProcess()
    const order: string[] = []
    const silent = agent.ask('udp', '127.0.0.1', port, 'AAAA', '0.5').then((reply) => {
      order.push('udp')
      return reply
    })
    expect(await agent.text('echo')).toEqual([0, ''])
    order.push('echo')
    expect(datagramOutcome({ kind: 'done', ...(await silent) }, 7, question)).toEqual({ kind: 'timeout', after: 5000 })
    expect(order).toEqual(['echo', 'udp'])
  })

  test('asks again each second, as a stub resolver does, whose datagrams may get lost', async () => {
    const asked: number[] = []
    const query = encodeQuery(7, question)
    const port = await udpServer((datagram) =>
      asked.push(performance.now()) < 3 ? undefined : responseTo(datagram, []),
    )
    const reply = await new AgentProcess().ask('udp', '127.0.0.1', port, query.toString('base64'), '3')
    expect(datagramOutcome({ kind: 'done', ...reply }, 7, question).kind).toBe('answer')
    expect(asked.length).toBe(3)
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(900)
  })

  test('asks again without a word of its own, also where timeout takes the place of a process that a signal ends', async () => {
    const bin = await folder()
    const busybox = '#!/bin/sh\nseconds=$1; shift\n(sleep "$seconds"; kill $$) >/dev/null 2>&1 <&- &\nexec "$@"\n'
    await writeFile(join(bin, 'timeout'), busybox)
    await chmod(join(bin, 'timeout'), 0o755)
    let asked = 0
    const port = await udpServer((datagram) => (++asked < 2 ? undefined : responseTo(datagram, [])))
    const query = encodeQuery(7, question).toString('base64')
    const reply = await new AgentProcess({ path: bin }).ask('udp', '127.0.0.1', port, query, '3')
    expect(datagramOutcome({ kind: 'done', ...reply }, 7, question).kind).toBe('answer')
  })

  test('tells a datagram that is refused from one that is lost', async () => {
    const agent = new AgentProcess()
    const reply = await agent.ask('udp', '127.0.0.1', String(await freePort()), 'AAAA', '3')
    expect(datagramOutcome({ kind: 'done', ...reply }, 7, question).kind).toBe('unreachable')
  })

  test('fetches over HTTP and adds what curl saw', async () => {
    const server = createHttpServer(({ socket }, response) => {
      response.end(`web-a ${socket.remoteAddress} ${socket.localAddress} ${socket.localPort}\n`)
    })
    const port = await listening(server)
    const agent = new AgentProcess()
    const reply = await agent.ask('http', `http://127.0.0.1:${port}/`, '3')
    expect(parseHttp({ kind: 'done', ...reply })).toEqual({
      kind: 'answer',
      status: 200,
      hostname: 'web-a',
      peer: '127.0.0.1',
      server: { address: '127.0.0.1', port: Number(port) },
      remote: '127.0.0.1',
    })
  })

  test('fetches several times over a connection each, though the server would keep it, and stops where one fails', async () => {
    const clients: number[] = []
    const server = createHttpServer(({ socket }, response) => {
      clients.push(socket.remotePort ?? 0)
      if (clients.length > 4) socket.destroy()
      else response.end(`page ${clients.length}\n`)
    })
    const port = await listening(server)
    const agent = new AgentProcess()
    const fetches = async (times: number): Promise<string[]> => {
      const reply = await agent.ask('fetches', `http://127.0.0.1:${port}/`, '3', String(times))
      return repliesIn({ kind: 'done', ...reply }, times).map((one) =>
        one.kind === 'done' ? `${one.code} ${one.output}` : '',
      )
    }
    const view = `200 127.0.0.1 127.0.0.1 ${port}`
    expect(await fetches(3)).toEqual([1, 2, 3].map((page) => `0 page ${page}\n\n${view}`))
    expect(new Set(clients).size).toBe(3)
    expect(await fetches(3)).toEqual([expect.stringMatching(/^52 curl: \(52\) Empty reply/)])
    expect(clients.length).toBe(5)
  })

  test('tells in the words of curl why it could not fetch', async () => {
    const port = await freePort()
    const agent = new AgentProcess()
    const outcome = parseHttp({ kind: 'done', ...(await agent.ask('http', `http://127.0.0.1:${port}/`, '3')) })
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^curl: \(7\) Failed to connect/) })
  })

  test('resolves names as programs do', async () => {
    const [code, text] = await new AgentProcess().text('names', '127.0.0.1', '3')
    expect([code, text.split(/\s+/)[0]]).toEqual([0, '127.0.0.1'])
  })

  test('connects with nc, for as long as it is told', async () => {
    const path = await folder()
    const nc = join(path, 'nc')
    await writeFile(nc, '#!/usr/bin/env bash\nprintf "%s " "$@"; exec 3<>"/dev/tcp/$4/$5"\n')
    await chmod(nc, 0o755)
    const agent = new AgentProcess({ path })
    const port = await listening(createServer((socket) => socket.destroy()))
    expect(await agent.text('connect', '127.0.0.1', port, '2')).toEqual([0, `-z -w 2 127.0.0.1 ${port} `])
    expect((await agent.text('connect', '127.0.0.1', String(await freePort()), '2'))[0]).toBe(1)
  })

  test('evaluates no word, whatever it holds', async () => {
    const cwd = await folder()
    await writeFile(join(cwd, 'bash'), '')
    const agent = new AgentProcess({ cwd })
    const words = [
      '$(touch$IFS.x)',
      '`touch$IFS$x`',
      ';touch',
      '&&',
      '>x',
      '|x',
      '*',
      '?ash',
      '~',
      '\\x',
      '"',
      "'",
      '{x,y}',
    ]
    for (const word of words) {
      expect(await agent.text('tools', word)).toEqual([0, `${word}\n`])
      expect((await agent.ask('file', word)).code).toBe(1)
      expect((await agent.ask('udp', '127.0.0.1', `${word}!`, 'AAAA', '1')).code).toBe(90)
    }
    expect(await readdir(cwd)).toEqual(['bash'])
  })

  test('keeps replies whole when many come at once', async () => {
    const agent = new AgentProcess()
    const port = await udpServer((datagram) => Buffer.concat(Array<Buffer>(20).fill(datagram)))
    const payloads = Array.from({ length: 40 }, (_, index) => Buffer.alloc(60, index))
    const replies = await Promise.all(
      payloads.map((payload) => agent.ask('udp', '127.0.0.1', port, payload.toString('base64'), '5')),
    )
    expect(replies.map(({ code, output }) => [code, output[0], output.length])).toEqual(
      payloads.map((_, index) => [0, index, 1200]),
    )
    expect(agent.strays).toEqual([])
  })

  test('keeps replies whole that no pipe takes in one piece', async () => {
    const port = await listening(createHttpServer(({ url }, response) => response.end((url ?? '').repeat(4000))))
    const agent = new AgentProcess()
    const asked = Array.from({ length: 30 }, (_, index) => `/page-${10 + index}`)
    const replies = await Promise.all(asked.map((path) => agent.text('http', `http://127.0.0.1:${port}${path}`, '20')))
    expect(replies.map(([code, text]) => [code, text.slice(0, text.indexOf('\n'))])).toEqual(
      asked.map((path) => [0, path.repeat(4000)]),
    )
    expect(agent.strays).toEqual([])
  })

  test('survives lines that are no request', async () => {
    const agent = new AgentProcess()
    agent.write('\n\n   \nnonsense\n')
    expect(await agent.text('echo')).toEqual([0, ''])
  })
})
