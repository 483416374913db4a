import { describe, expect, test } from 'vitest'
import type { Vantage } from '../vantage/vantage.ts'
import type { Question } from './message.ts'
import type { DnsServer, Sighting, Transport } from './outcome.ts'
import { DnsView } from './view.ts'
import type { VolleyOutcome } from './volley.ts'

const server = (name: string): DnsServer => ({ role: 'backend', name, address: name, port: 53 })

function vantage(node: string): Vantage {
  const query = async (server: DnsServer, question: Question, transport: Transport): Promise<Sighting> => ({
    vantage: node,
    server,
    question,
    transport,
    outcome: { kind: 'timeout', after: 1 },
    took: 1,
  })
  return { pod: { node }, query } as unknown as Vantage
}

const view = new DnsView([vantage('a'), vantage('b')], ({ pod }) =>
  pod.node === 'a' ? [server('x'), server('y')] : [server('z')],
)

function told(sightings: readonly Sighting[]): string[] {
  return sightings.map((one) =>
    [one.vantage, one.server.name, one.question.name, one.question.type, one.transport].join(' '),
  )
}

describe('the view of DNS', () => {
  test('asks every question of every server of each vantage, over each transport', async () => {
    expect(told(await view.ask('A', 'web', ['tcp', 'udp']))).toEqual([
      'a x web A tcp',
      'a x web A udp',
      'a y web A tcp',
      'a y web A udp',
      'b z web A tcp',
      'b z web A udp',
    ])
    expect(told(await view.everywhere([{ name: 'web', type: 'SRV' }]))).toEqual([
      'a x web SRV tcp',
      'a y web SRV tcp',
      'b z web SRV tcp',
    ])
  })

  test('asks every backend of every vantage where no way may be left out, and none twice', async () => {
    const resolver: DnsServer = { ...server('r'), role: 'resolver' }
    const all = [server('x'), server('y'), server('z')]
    const some = new DnsView(
      [vantage('a'), vantage('b')],
      ({ pod }) => [resolver, server(pod.node === 'a' ? 'x' : 'z')],
      all,
    )
    expect(told(await some.everyWay([{ name: 'web', type: 'A' }]))).toEqual([
      'a r web A udp',
      'a x web A udp',
      'a y web A udp',
      'a z web A udp',
      'b r web A udp',
      'b z web A udp',
      'b x web A udp',
      'b y web A udp',
    ])
    expect([...some.asked]).toEqual(['web'])
  })

  test.each([
    [3, 3],
    [9, 4],
    [60, 5],
  ])('sends volleys from %i vantages, %i of them at once, and leaves none out', async (count, atOnce) => {
    let sending = 0
    let most = 0
    const volley = async (): Promise<VolleyOutcome> => {
      most = Math.max(most, ++sending)
      await new Promise(setImmediate)
      sending--
      return { kind: 'counted', sent: 50, answered: 50 }
    }
    const nodes = Array.from({ length: count }, (_, index) => `node-${index}`)
    const many = new DnsView(
      nodes.map((node) => ({ pod: { node }, volley }) as unknown as Vantage),
      () => [server('x')],
    )
    expect((await many.volleys('web')).map((one) => one.vantage)).toEqual(nodes)
    expect(most).toBe(atOnce)
  })

  test('follows an answer at the server that gave it, from where it was asked', async () => {
    const [first, ...rest] = await view.ask('SRV', 'web', ['udp'])
    if (first === undefined) throw new Error('nothing was asked')
    const stranger = { ...first, vantage: 'gone' }
    const followed = await view.follow([first, stranger, ...rest], ({ server }) =>
      server.name === 'y' ? [] : [{ name: 'target', type: 'A' }],
    )
    expect(told(followed)).toEqual(['a x target A udp', 'b z target A udp'])
  })
})
