import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { echoFrom, fetchFrom, parseHttp, parseHttpText } from './http.ts'
import type { AgentReply } from './vantage/agent.ts'
import type { Vantage } from './vantage/vantage.ts'

function done(output: string, code = 0): AgentReply {
  return { kind: 'done', code, output: Buffer.from(output) }
}

const body = 'web-a 10.244.1.2 10.244.1.5 8080\n'
const curl = '\n200 10.244.1.2 10.244.1.5 8080'

describe('parseHttp', () => {
  test('reads what both ends saw', () => {
    expect(parseHttp(done(body + curl))).toEqual({
      kind: 'answer',
      status: 200,
      hostname: 'web-a',
      peer: '10.244.1.2',
      server: { address: '10.244.1.5', port: 8080 },
      remote: '10.244.1.5',
    })
  })

  test('reads what the server was told to say again', () => {
    expect(parseHttp(done(`web-a 10.244.1.2 10.244.1.5 8080 0123\n${curl}`))).toMatchObject({
      hostname: 'web-a',
      echo: '0123',
    })
    expect(parseHttp(done(`web-a 10.244.1.2 10.244.1.5 8080 \n${curl}`))).not.toHaveProperty('echo')
  })

  test('shortens IPv6 and takes IPv4 out of its mapped form', () => {
    expect(parseHttp(done('web-a ::ffff:10.244.1.2 FD00:0:0::5 8080\n\n200 fd00::2 fd00:0::5 8080'))).toMatchObject({
      peer: '10.244.1.2',
      server: { address: 'fd00::5' },
      remote: 'fd00::5',
    })
  })

  test.for([
    [
      'curl that was turned away',
      done('curl: (7) Failed to connect\n\n000 10.0.0.1  ', 7),
      'refused',
      'curl: (7) Failed to connect',
    ],
    ['curl that has waited in vain, without words', done('', 28), 'silent', 'curl ended with code 28'],
    [
      'somebody who hangs up',
      done('curl: (52) Empty reply from server\n', 52),
      'strange',
      'curl: (52) Empty reply from server',
    ],
    [
      'an answer of somebody else',
      done(`<html>\n${curl}`),
      'strange',
      "an answer that is not the fixture's: <html>  200 10.244.1.2 10.244.1.5 8080",
    ],
    ['no answer at all', done(''), 'strange', "an answer that is not the fixture's: "],
  ] as const)('tells %s', ([, reply, how, reason]) => {
    expect(parseHttp(reply)).toEqual({ kind: 'failed', how, reason })
  })

  test.for([
    ['a curl that is missing', done('bash: curl: command not found\n', 127), 'lost', 'bash: curl: command not found'],
    ['a curl that was killed', done('', 137), 'lost', 'curl ended with code 137'],
    ['a reply that did not come', { kind: 'lost', reason: 'the exec broke' }, 'lost', 'the exec broke'],
  ] as const)('tells %s', ([, reply, kind, reason]) => {
    expect(parseHttp(reply)).toEqual({ kind, reason })
  })

  test('takes any output without throwing, and no address that is none', () => {
    const word = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('10.0.0.1', '::1', '8080', 'web-a', '\n'))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), fc.nat(255), (words, code) => {
        const outcome = parseHttp(done(words.join(' '), code))
        expect(outcome.kind !== 'answer' || (code === 0 && /[.:]/.test(outcome.peer))).toBe(true)
      }),
    )
  })
})

describe('parseHttpText', () => {
  test('gives the body of a success alone', () => {
    expect(parseHttpText(done(`iptables${curl}`))).toBe('iptables')
    expect(parseHttpText(done('not found\n404 10.0.0.1 10.0.0.2 80'))).toBeUndefined()
    expect(parseHttpText(done(`iptables${curl}`, 7))).toBeUndefined()
    expect(parseHttpText({ kind: 'lost', reason: 'x' })).toBeUndefined()
  })
})

test('an IPv6 address is fetched in brackets', async () => {
  const urls: string[] = []
  const pod = { namespace: 'ns', pod: 'v', container: 'c', node: 'worker', addresses: [] }
  const vantage = {
    pod,
    http: async (url: string) => {
      urls.push(url)
      return { kind: 'lost', reason: 'x' } as const
    },
  } as unknown as Vantage
  expect(await fetchFrom(vantage, 'fd00::5', 8080)).toEqual({
    vantage: pod,
    address: 'fd00::5',
    port: 8080,
    outcome: { kind: 'lost', reason: 'x' },
  })
  await fetchFrom(vantage, '10.244.1.5', 8081)
  await echoFrom(vantage, 'fd00::5', 8080, '0123')
  expect(urls).toEqual(['http://[fd00::5]:8080/', 'http://10.244.1.5:8081/', 'http://[fd00::5]:8080/echo?0123'])
})
