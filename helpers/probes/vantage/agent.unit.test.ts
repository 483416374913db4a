import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FakeApi } from '../../target/fake-api.ts'
import { fakeApi } from '../../target/fake-client.ts'
import { exitStatus, frame, agent as playAgent, printing } from '../../target/fake-exec.ts'
import { Agent, type AgentReply, parseReply } from './agent.ts'

const place = { namespace: 'ns', pod: 'vantage', container: 'tools' }

function reply(id: number, code: number, output: string | Uint8Array): string {
  const encoded = Buffer.from(output).toString('base64')
  return `#${id} ${code} ${encoded.length} ${encoded}`
}

function text(answer: AgentReply): unknown {
  return answer.kind === 'done' ? [answer.code, answer.output.toString('utf8')] : answer
}

async function agentOf(prepare: (api: FakeApi) => void): Promise<Agent> {
  const api = await fakeApi()
  prepare(api)
  return new Agent(api.client(), place)
}

describe('parseReply', () => {
  const output = fc.uint8Array({ maxLength: 40 })
  const whole = fc.tuple(fc.nat(99_999), fc.nat(255), output)

  test('reads back every whole line', () => {
    fc.assert(
      fc.property(whole, ([id, code, bytes]) => {
        expect(parseReply(reply(id, code, bytes))).toEqual({ id: String(id), code, output: Buffer.from(bytes) })
      }),
    )
  })

  test('accepts no line that has lost its head or its tail', () => {
    fc.assert(
      fc.property(whole, fc.nat(), ([id, code, bytes], seed) => {
        const line = reply(id, code, bytes)
        const cut = 1 + (seed % (line.length - 1))
        expect([parseReply(line.slice(0, -cut)), parseReply(line.slice(cut))]).toEqual([undefined, undefined])
      }),
    )
  })

  test('accepts neither half of a line that another was written into', () => {
    fc.assert(
      fc.property(whole, whole, fc.nat(), ([id, code, bytes], [other, otherCode, otherBytes], seed) => {
        const line = reply(id, code, bytes)
        const cut = 1 + (seed % (line.length - 1))
        const lines = `${line.slice(0, cut)}${reply(other, otherCode, otherBytes)}\n${line.slice(cut)}`.split('\n')
        expect(lines.map(parseReply)).toEqual([undefined, undefined])
      }),
    )
  })

  test('takes any text without throwing', () => {
    const near = fc.stringMatching(/^#?\d{0,3} ?\d{0,3} ?\d{0,3} ?[A-Za-z0-9+/= ]{0,8}$/)
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (line) => {
        const parsed = parseReply(line)
        expect(parsed === undefined || line.startsWith(`#${parsed.id} `)).toBe(true)
      }),
    )
  })
})

describe('the client of the agent', () => {
  test('runs one script for all requests and sorts out replies in any order', async () => {
    const asked: string[] = []
    const argv: string[][] = []
    const agent = await agentOf((api) => {
      api.exec = (socket, words) => {
        argv.push([...words])
        socket.on('message', (data: Buffer) => {
          asked.push(
            ...data
              .subarray(1)
              .toString('utf8')
              .split(/(?<=\n)/),
          )
          if (asked.length < 2) return
          for (const one of [...asked].reverse()) {
            const [id] = one.split(' ')
            socket.send(frame('stdout', `${reply(Number(id), 0, one)}\n`))
          }
        })
      }
    })
    const answers = await Promise.all([agent.ask('file', ['/etc/hosts'], 1), agent.ask('tools', ['nc', 'curl'], 1)])
    expect(answers.map(text)).toEqual([
      [0, '1 file /etc/hosts\n'],
      [0, '2 tools nc curl\n'],
    ])
    expect(argv).toEqual([['bash', '-c', expect.stringContaining('while read -r id verb a b c d')]])
  })

  test('puts replies together that frames have cut, and passes over torn ones', async () => {
    const agent = await agentOf((api) => {
      api.exec = (socket) => {
        socket.on('message', () => {
          const line = Buffer.from(`#1 0 8 QUJ\n${reply(1, 0, 'whole')}\n`)
          for (const byte of line) socket.send(frame('stdout', Buffer.of(byte)))
        })
      }
    })
    expect(text(await agent.ask('echo', [], 1))).toEqual([0, 'whole'])
  })

  test('tells the exit code of a command as it is', async () => {
    const agent = await agentOf((api) => {
      api.exec = playAgent((verb) => ({ code: verb === 'file' ? 1 : 0, output: verb }))
    })
    expect(text(await agent.ask('file', ['x'], 1))).toEqual([1, 'file'])
  })

  test('refuses words that would become two, or none', async () => {
    const agent = await agentOf(() => {})
    for (const word of ['', 'a b', 'a\nb', '\t'])
      await expect(agent.ask('file', [word], 1)).rejects.toThrow('a word of file is empty or holds a space')
  })

  test('loses what waits when the exec breaks, and opens another for the next request', async () => {
    let opened = 0
    const agent = await agentOf((api) => {
      const sound = playAgent(() => ({ code: 0, output: 'back' }))
      api.exec = (socket, argv, path) => {
        if (++opened > 1) sound(socket, argv, path)
        else socket.on('message', () => socket.terminate())
      }
    })
    expect(await agent.ask('echo', [], 1)).toEqual({
      kind: 'lost',
      reason: 'vantage: the exec connection closed without a status (code 1006)',
    })
    expect(text(await agent.ask('echo', [], 1))).toEqual([0, 'back'])
  })

  test('gives up an exec from which nothing comes any more, and not one that is slow with one request', async () => {
    // A limit below zero leaves a moment of what a reply may take besides.
    const soon = -3
    const silent = { kind: 'lost', reason: 'vantage: nothing came within 1000 ms' }
    const slow = { kind: 'lost', reason: 'vantage did not reply within 1000 ms' }
    const play = async (answers: (id: number, opened: number) => boolean) => {
      let opened = 0
      const agent = await agentOf((api) => {
        api.exec = (socket) => {
          const own = ++opened
          socket.on('message', (data: Buffer) => {
            const ids = [
              ...data
                .subarray(1)
                .toString('utf8')
                .matchAll(/^(\d+) /gm),
            ].map((one) => Number(one[1]))
            for (const id of ids) if (answers(id, own)) socket.send(frame('stdout', `${reply(id, 0, 'back')}\n`))
          })
        }
      })
      const [first, second] = await Promise.all([agent.ask('echo', [], soon), agent.ask('echo', [], soon)])
      const third = await agent.ask('echo', [], 1)
      agent.close()
      return [text(first), text(second), text(third), opened]
    }
    expect(await play((_, opened) => opened > 1)).toEqual([silent, silent, [0, 'back'], 2])
    expect(await play((id) => id > 1)).toEqual([slow, [0, 'back'], [0, 'back'], 1])
  })

  test('says with which code the agent ended', async () => {
    const agent = await agentOf((api) => {
      api.exec = (socket) => {
        socket.on('message', () => {
          socket.send(exitStatus(137))
          socket.close()
        })
      }
    })
    expect(await agent.ask('echo', [], 1)).toEqual({ kind: 'lost', reason: 'vantage: the agent ended with code 137' })
  })

  test('is lost where exec is refused', async () => {
    const agent = await agentOf((api) => {
      api.refuseExec = {
        status: 404,
        body: { kind: 'Status', reason: 'NotFound', message: 'pods "vantage" not found' },
      }
    })
    expect(await agent.ask('echo', [], 1)).toEqual({
      kind: 'lost',
      reason: 'exec into vantage: pods "vantage" not found',
    })
  })

  test('gives up what waits when it is closed', async () => {
    const agent = await agentOf((api) => {
      api.exec = (socket) => socket.on('message', () => agent.close())
    })
    expect((await agent.ask('echo', [], 1)).kind).toBe('lost')
  })

  test('is lost where the script ends before it was asked', async () => {
    const agent = await agentOf((api) => {
      api.exec = printing('', 1)
    })
    expect(await agent.ask('echo', [], 1)).toEqual({ kind: 'lost', reason: 'vantage: the agent ended with code 1' })
  })
})
