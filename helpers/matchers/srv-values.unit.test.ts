import { describe, expect, test } from 'vitest'
import type { DnsRecord } from '../probes/dns/message.ts'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, backendA, lost, sightings, silence, srvRecord, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { glueIsTrue, srvPorts } from './srv-values.ts'

const name = `_http._tcp.made.${zone}`
const host = (label: string): string => `${label}.made.${zone}`
const truth = {
  serviceName: `Made.${zone}.`,
  endpoints: [
    { hostname: 'one', addresses: ['192.0.2.1', '2001:db8::1'], port: 8081 },
    { hostname: 'Two', addresses: ['192.0.2.2'], port: 8082 },
  ],
}
const srv = (...ports: readonly (readonly [string, number])[]) =>
  ports.map(([label, port]) => srvRecord(name, host(label), port))
const right = srv(['one', 8081], ['two', 8082])

/** Sightings where all servers say `outcome`, and backend A says `instead`. */
function seen(outcome: DnsOutcome, instead: DnsOutcome = outcome) {
  return sightings(soundSnapshot, [{ name, type: 'SRV' }], {
    instead: (_vantage, server) => (server === backendA ? instead : outcome),
  })
}

describe('srvPorts', () => {
  const verdict = (outcome: DnsOutcome) => judge(srvPorts(seen(answer(right), outcome), truth))

  test('acquits records that give each endpoint its own port, in any order', () => {
    for (const records of [right, right.toReversed()])
      expect(verdict(answer(records))).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([
    ['the port of the Service', srv(['one', 80], ['two', 80]), `{${host('one')}:80, ${host('two')}:80}`],
    ['ports that are swapped', srv(['one', 8082], ['two', 8081]), `{${host('one')}:8082, ${host('two')}:8081}`],
    ['one record too few', srv(['one', 8081]), `{${host('one')}:8081}`],
    [
      'every port for every endpoint',
      [...right, ...srv(['two', 8081])],
      `{${host('one')}:8081, ${host('two')}:8081, ${host('two')}:8082}`,
    ],
  ] as const)('convicts the backend that gives %s', ([, records, observed]) => {
    const { reason, ...rest } = verdict(answer(records))
    expect(rest).toEqual({ verdict: 'non-conformant', hop: 'DNS backend' })
    expect(reason).toContain(`expected ${name} SRV: NOERROR {${host('one')}:8081, ${host('two')}:8082}`)
    expect(reason).toContain(`observed NOERROR ${observed} over TCP; only backend dns-a (10.244.0.2)`)
  })

  test('convicts silence and NXDOMAIN, and says nothing of a broken exec', () => {
    for (const outcome of [silence, answer([], { rcode: 'NXDOMAIN' })])
      expect(verdict(outcome).verdict).toBe('non-conformant')
    expect(verdict(lost).verdict).toBe('inconclusive')
  })
})

describe('glueIsTrue', () => {
  const along = (...additionals: readonly DnsRecord[]): DnsOutcome => answer(right, { additionals })
  const all = ['192.0.2.1', '2001:db8::1'].map((address) => addressRecord(host('one'), address))
  const judged = (outcome: DnsOutcome, instead?: DnsOutcome) => judge(glueIsTrue(seen(outcome, instead), truth))

  test('acquits all addresses of the targets, some of them, and those of names that are no target', () => {
    const nameserver = addressRecord('ns.dns.cluster.local', '10.96.0.10')
    const [first = nameserver] = all
    for (const outcome of [
      along(...all, addressRecord(host('two'), '192.0.2.2')),
      along(first),
      along(first, nameserver),
    ])
      expect(judged(outcome)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test('says that there is nothing to judge where no server sends any, and judges the others where one does not', () => {
    const reason = 'the server sends no addresses along with SRV records'
    expect(judged(along())).toEqual({ verdict: 'not-applicable', reason })
    expect(judged(along(...all), along()).verdict).toBe('conformant')
  })

  test.for([
    ['an address of nobody', addressRecord(host('one'), '10.255.255.1'), `${host('one')}=10.255.255.1`],
    ["a neighbour's address", addressRecord(host('two'), '192.0.2.1'), `${host('two')}=192.0.2.1`],
  ] as const)('convicts the backend that sends %s', ([, record, observed]) => {
    const { reason, ...rest } = judged(along(...all), along(record))
    expect(rest).toEqual({ verdict: 'non-conformant', hop: 'DNS backend' })
    expect(reason).toContain(`observed NOERROR with {${observed}} over TCP; only backend dns-a`)
  })

  test('convicts silence, and says nothing of a broken exec', () => {
    expect(judged(along(...all), silence).verdict).toBe('non-conformant')
    expect(judged(along(...all), lost).verdict).toBe('inconclusive')
  })
})
