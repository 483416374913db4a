import { describe, expect, test } from 'vitest'
import type { AgentReply } from './agent.ts'
import { HttpRounds, repliesIn } from './http-rounds.ts'

const url = 'http://10.96.0.7:80/'
const view = '200 10.244.1.9 10.96.0.7 80'

function done(output: string, code = 0): AgentReply {
  return { kind: 'done', code, output: Buffer.from(output) }
}

/** What curl prints of one fetch among several. */
function part(body: string, opened = 1): string {
  return `${body}\n${view} ${opened} ${Buffer.byteLength(body)}\n`
}

function texts(replies: readonly AgentReply[]): string[] {
  return replies.map((one) => (one.kind === 'lost' ? one.reason : `${one.code}: ${one.output}`))
}

describe('several fetches in one process', () => {
  test('are told apart by their sizes, whatever their bodies hold', () => {
    const bodies = ['web-a 10.244.1.9\n', '', `\n${view} 1 0\n`, 'é\0']
    const replies = repliesIn(done(bodies.map((body) => part(body)).join('')), bodies.length)
    expect(texts(replies)).toEqual(bodies.map((body) => `0: ${body}\n${view}`))
  })

  test('count for nothing where two shared a connection, one is missing, or something else is said', () => {
    expect(repliesIn(done(part('a') + part('b', 0)), 2)).toEqual([])
    expect(repliesIn(done(part('a')), 2)).toEqual([])
    expect(repliesIn(done(part('a') + part('b') + part('c')), 2)).toEqual([])
    expect(repliesIn(done(`a\n${view} 1 99\n`), 1)).toEqual([])
    expect(repliesIn(done('Segmentation fault', 139), 2)).toEqual([])
  })

  test('that end in a failure tell of that alone, in the words of curl', () => {
    const said = 'curl: (28) Connection timed out after 2001 milliseconds'
    for (const output of [`${said}\n${part('a')}`, `${part('a')}${said}\n\n000   0 0\n`])
      expect(texts(repliesIn(done(output, 28), 3))).toEqual([`28: ${said}`])
  })

  test('are lost together', () => {
    expect(repliesIn({ kind: 'lost', reason: 'gone' }, 2)).toEqual(Array(2).fill({ kind: 'lost', reason: 'gone' }))
  })
})

describe('rounds', () => {
  /** Rounds, and what they have asked the agent for; `often` is what comes of several in one process. */
  function roundsWith(often: AgentReply): { rounds: HttpRounds; asked: (readonly [string, number])[] } {
    const asked: (readonly [string, number])[] = []
    const rounds = new HttpRounds({
      ask: async (verb, words, seconds) => {
        asked.push([[verb, ...words].join(' '), seconds])
        return verb === 'fetches' ? often : done(`alone\n${view}`)
      },
    })
    return { rounds, asked }
  }

  test('fetch in one process what is asked for at the same moment, and the rest by itself', async () => {
    const { rounds, asked } = roundsWith(done(part('a') + part('b')))
    const other = 'http://10.96.0.8:80/'
    const replies = await Promise.all([
      rounds.ask(url, 2),
      rounds.ask(other, 2),
      rounds.ask(url, 3),
      rounds.ask(url, 2),
    ])
    expect(texts(replies)).toEqual([`0: a\n${view}`, `0: alone\n${view}`, `0: alone\n${view}`, `0: b\n${view}`])
    expect(asked).toEqual([
      [`fetches ${url} 2 2`, 4],
      [`http ${other} 2`, 2],
      [`http ${url} 3`, 3],
    ])
    await rounds.ask(url, 2)
    expect(asked.slice(3)).toEqual([[`http ${url} 2`, 2]])
  })

  test('try again, each by itself, what comes after a failure, which one of them is told', async () => {
    const { rounds, asked } = roundsWith(done('curl: (7) Failed to connect\n\n000   0 0\n', 7))
    const replies = await Promise.all([1, 2, 3].map(() => rounds.ask(url, 2)))
    expect(texts(replies)).toEqual(['7: curl: (7) Failed to connect', `0: alone\n${view}`, `0: alone\n${view}`])
    expect(asked.map(([words]) => words)).toEqual([`fetches ${url} 2 3`, `http ${url} 2`, `http ${url} 2`])
  })
})
