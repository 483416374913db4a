import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fakeApi } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { followLog } from './log-follower.ts'

type Asked = Readonly<Record<string, string>>
/** Answers a request for a log; `call` counts those that are followed. */
type Script = (response: ServerResponse, asked: Asked, call: number) => void

/** Follows against a server that answers as the script says, until a line is told. */
async function followed(
  script: Script,
  until: string,
  { since, silence = 10_000 }: { since?: number; silence?: number } = {},
) {
  const api = await fakeApi()
  const asked: Asked[] = []
  api.takeOver = (request, response) => {
    const one = Object.fromEntries(new URL(request.url ?? '', 'https://fake').searchParams)
    asked.push(one)
    script(response, one, asked.filter((each) => each.follow !== undefined).length)
    return true
  }
  const client = api.client()
  onTestFinished(() => client.close())
  const over = new AbortController()
  const told: string[] = []
  const lost: string[] = []
  let last = since
  await followLog(
    client,
    { namespace: 'ns', pod: 'sampler-x', container: 'multitool' },
    {
      since: () => last,
      told: (line) => {
        told.push(line)
        last = (last ?? 1_700_000_000_000) + 1000
        if (line === until) over.abort(new Error('told'))
      },
      lost: (reason) => lost.push(reason),
      signal: over.signal,
      ...{ silence, pause: 1 },
    },
  )
  return { told, lost, asked }
}

const refuse = (response: ServerResponse, status: number, message: string): void => {
  response.writeHead(status).end(JSON.stringify(failure(status, 'BadRequest', message).body))
}

describe('following a log', () => {
  test('begins with what is printed now, and goes on from the last line where the connection ends or breaks', async () => {
    const { told, lost, asked } = await followed((response, { previous }, call) => {
      if (previous !== undefined) return refuse(response, 400, 'previous terminated container not found')
      response.writeHead(200)
      if (call === 1) response.end('one\n')
      else if (call === 2) {
        response.write('two\nthr')
        setTimeout(() => response.destroy(), 20)
      } else response.write('three\n')
    }, 'three')
    expect(told).toEqual(['one', 'two', 'three'])
    expect(lost[0]).toBe('the log has ended')
    expect(lost).toHaveLength(2)
    const ways = asked.map(({ follow, previous, sinceSeconds, sinceTime }) => [
      follow ?? previous,
      sinceSeconds ?? sinceTime,
    ])
    expect(ways[0]).toEqual(['true', '2'])
    // Ten seconds before the last line.
    expect(ways[2]).toEqual(['true', '2023-11-14T22:13:11.000Z'])
    expect(asked.every((one) => one.container === 'multitool')).toBe(true)
  })

  test('reads what the container has printed before it was restarted', async () => {
    const { told } = await followed(
      (response, { previous }) => {
        response.writeHead(200)
        if (previous !== undefined) response.end('last words\n')
        else response.write('anew\n')
      },
      'anew',
      { since: 1_700_000_000_000 },
    )
    expect(told).toEqual(['last words', 'anew'])
  })

  test('takes a connection for dead on which nothing comes, whether it has begun or not', async () => {
    const { told, lost } = await followed(
      (response, { previous }, call) => {
        if (previous !== undefined) return refuse(response, 400, 'none')
        if (call === 2) response.writeHead(200).flushHeaders()
        if (call > 2) response.writeHead(200).write('alive\n')
      },
      'alive',
      { silence: 60, since: 1 },
    )
    expect([told, lost]).toEqual([['alive'], ['no line within 0.06 s', 'no line within 0.06 s']])
  })

  test('waits while the API is away or the container is not there yet, and ends where the Pod is gone', async () => {
    const { lost, asked } = await followed((response, _, call) => {
      if (call === 1) response.destroy()
      else if (call === 2) refuse(response, 400, 'container "multitool" is waiting to start')
      else refuse(response, 404, 'pods "sampler-x" not found')
    }, 'never')
    expect([lost.length, lost[1], asked.length]).toEqual([2, 'container "multitool" is waiting to start', 3])
  })
})
