import { describe, expect, test } from 'vitest'
import { readNodeResolver } from './node-resolver.ts'
import type { AgentReply } from './vantage/agent.ts'
import type { Sight } from './vantage/vantage.ts'

const done = (text: string, code = 0): AgentReply => ({ kind: 'done', code, output: Buffer.from(text) })

function vantage(cat: AgentReply, stat: AgentReply): Sight {
  const never = async (): Promise<never> => {
    throw new Error('nothing else is asked')
  }
  return {
    pod: { namespace: 'n', pod: 'v', container: 'c', node: 'worker', addresses: [] },
    query: never,
    pair: never,
    volley: never,
    http: never,
    onHost: async ([program]) => (program === 'cat' ? cat : stat),
  }
}

describe('readNodeResolver', () => {
  const text = done('nameserver 10.0.0.2\n')
  const config = { nameservers: ['10.0.0.2'], search: [], options: [] }

  test('reads the file, and when it was written', async () => {
    const sighting = await readNodeResolver(vantage(text, done('1767225600\n')), '/etc/resolv.conf')
    expect(sighting).toEqual({ kind: 'read', config, changed: new Date('2026-01-01T00:00:00Z') })
  })

  test('reads the file of a node that does not tell when it was written', async () => {
    const sighting = await readNodeResolver(vantage(text, done('', 127)), '/etc/resolv.conf')
    expect(sighting).toEqual({ kind: 'read', config, changed: undefined })
  })

  test('says why it could not', async () => {
    expect(await readNodeResolver(vantage(done('', 1), text), '/r')).toEqual({
      kind: 'unknown',
      reason: '/r of worker could not be read (code 1)',
    })
    expect(await readNodeResolver(vantage({ kind: 'lost', reason: 'torn' }, text), '/r')).toEqual({
      kind: 'unknown',
      reason: '/r of worker could not be read: torn',
    })
  })
})
