import { describe, expect, test } from 'vitest'
import type { DnsRecord, Question } from '../probes/dns/message.ts'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import type { HttpOutcome, HttpSighting } from '../probes/http.ts'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, lost, nodes, sightings, silence, srvRecord, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { dialsIn, srvOfService, srvReaches } from './srv-ports.ts'

const service = `nearby.${zone}`
const asked: Question = { name: `_http._tcp.${service}`, type: 'SRV' }
const nxdomain = answer([], { rcode: 'NXDOMAIN' })
const say = (question: Question, outcome: DnsOutcome) =>
  sightings(soundSnapshot, [question], { instead: () => outcome })

describe('srvOfService', () => {
  function judged(records: readonly DnsRecord[], target: DnsOutcome, name = service) {
    const srv = say(asked, answer(records))
    const resolved = say({ name, type: 'A' }, target)
    return judge(srvOfService(srv, resolved, () => ({ port: 80, clusterIPs: ['10.96.3.4'] }))).verdict
  }
  const own = answer([addressRecord(service, '10.96.3.4')])
  const sound = srvRecord(asked.name, service, 80)

  test('acquits one record with the port of the Service, whatever its target is called', () => {
    expect(judged([sound], own)).toBe('conformant')
    const label = `6139.${service}`
    expect(judged([srvRecord(asked.name, label, 80)], answer([addressRecord(label, '10.96.3.4')]), label)).toBe(
      'conformant',
    )
  })

  test.for([
    ['the port of the Pods', [srvRecord(asked.name, service, 8080)], own],
    ['no record', [], own],
    ['two records', [sound, srvRecord(asked.name, service, 8080)], own],
    ['one record twice', [sound, sound], own],
    ['a target that leads to a Pod', [sound], answer([addressRecord(service, '10.244.1.5')])],
    ['a target that leads nowhere', [sound], nxdomain],
    ['a target that nobody answers for', [sound], silence],
  ] as const)('convicts %s', ([, records, target]) => {
    expect(judged(records, target)).toBe('non-conformant')
  })

  test('tells nothing from a target that is lost from sight', () => {
    expect(judged([sound], lost)).toBe('inconclusive')
  })
})

describe('srvReaches', () => {
  const target = `10-244-1-5.${service}`
  const podAt = (address: string) => (address === '10.244.1.5' ? 'web-a' : undefined)
  const ownerOf = (address: string, port: number) => (port === 8080 ? podAt(address) : undefined)
  const reached: HttpOutcome = {
    kind: 'answer',
    status: 200,
    hostname: 'web-a',
    peer: '10.244.0.9',
    server: { address: '10.244.1.5', port: 8080 },
    remote: '10.244.1.5',
  }

  function judged(
    { port = 8080, address = '10.244.1.5', none = false }: { port?: number; address?: string; none?: boolean },
    outcome: HttpOutcome,
    ofTarget = answer([addressRecord(target, address)]),
  ) {
    const srv = say(asked, none ? nxdomain : answer([srvRecord(asked.name, target, port)]))
    const resolved = say({ name: target, type: 'A' }, ofTarget)
    const dialled = new Map(dialsIn(srv, resolved).map((one) => [`${one.address} ${one.port}`, one]))
    const fetched = nodes.flatMap((node) =>
      [...dialled.values()].map((dial): HttpSighting => {
        const vantage = { namespace: 'v', pod: 'v', container: 'c', node, addresses: ['10.244.0.9'] }
        return { vantage, address: dial.address, port: dial.port, outcome }
      }),
    )
    return judge(srvReaches({ srv, resolved, fetched }, ownerOf, podAt))
  }

  test('acquits an endpoint that answers', () => {
    expect(judged({}, reached)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test('acquits another port of the Pod if it answers there', () => {
    expect(judged({ port: 80 }, { ...reached, server: { address: '10.244.1.5', port: 80 } }).verdict).toBe('conformant')
  })

  test('blames the server for a port on which nobody listens', () => {
    const { verdict, hop, reason } = judged(
      { port: 80 },
      { kind: 'failed', how: 'refused', reason: 'connection refused' },
    )
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain(`${target}:80 at 10.244.1.5, which is no endpoint: connection refused`)
  })

  test('blames the server for an address at which somebody else answers', () => {
    const { verdict, hop } = judged({ address: '10.9.9.9' }, { ...reached, hostname: 'stranger' })
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
  })

  test('blames the server for a target that leads nowhere', () => {
    expect(judged({}, reached, nxdomain)).toMatchObject({ verdict: 'non-conformant', hop: 'DNS backend' })
  })

  test.for([
    ['is refused', { kind: 'failed', how: 'refused', reason: 'connection refused' }],
    ['is answered by another', { ...reached, hostname: 'web-b' }],
    ['comes to another port', { ...reached, server: { address: '10.244.1.5', port: 8081 } }],
  ] as const)('blames the path where a connection to an endpoint %s', ([, outcome]) => {
    expect(judged({}, outcome)).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
  })

  test('tells nothing from what is lost from sight, or from an answer with nothing to connect to', () => {
    const torn: HttpOutcome = { kind: 'lost', reason: 'torn' }
    expect(judged({}, torn).verdict).toBe('inconclusive')
    expect(judged({ port: 80 }, torn).verdict).toBe('inconclusive')
    expect(judged({}, reached, lost).verdict).toBe('inconclusive')
    expect(judged({ none: true }, reached).verdict).toBe('inconclusive')
  })
})
