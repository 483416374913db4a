import { type DnsAnswer, type DnsRecord, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { judgeSightings } from './dns-sightings.ts'
import { isCutFrom } from './truncation.ts'
import { expectedAddresses, type Family, familiesOf, sameSet, serviceNamed, setText, sliceAddresses } from './truth.ts'

type Untimed<T> = T extends unknown ? Omit<T, 'ttl'> : never

/** The addresses in the answer section, of whichever owner name: a chain of CNAMEs may lead to them. */
export function addressesIn(answer: DnsAnswer): string[] {
  return answer.answers.flatMap((record) => ('address' in record ? [record.address] : []))
}

/**
 * Every answer holds exactly these addresses (DNS specification 2.3.1, 2.4.1), each once (RFC 2181 5). A truncated datagram
 * may hold fewer: it sends the client to TCP, where the whole set is judged. Where there is no address, NXDOMAIN and NODATA
 * both say so; which of them it should be is for other requirements.
 */
export function answersExactly(sightings: readonly Sighting[], addresses: readonly string[]): Observation[] {
  const none = addresses.length === 0
  const expected = none ? 'no address' : `NOERROR ${setText(addresses)}`
  return judgeSightings(sightings, expected, (answer, sighting) => {
    const { question } = sighting
    const seen = addressesIn(answer)
    const partly = isCutFrom(answer, sighting, seen, addresses)
    const speaks = answer.rcode === 'NOERROR' || (none && answer.rcode === 'NXDOMAIN')
    const flaws = flawsIn(answer, question.name)
    const right = speaks && flaws === '' && (partly || sameSet(seen, addresses))
    return {
      right,
      expected,
      observed: `${answer.rcode} ${setText(seen)}${answer.truncated ? ' truncated' : ''}${flaws}`,
    }
  })
}

/**
 * What is wrong with the form of an answer, as the end of a sentence; empty for a sound one. A record that is there twice
 * (RFC 2181 5), or one that neither the name asked for nor a CNAME leads to, which no client takes for its answer.
 */
export function flawsIn(answer: DnsAnswer, name: string): string {
  const [twice, strangers] = [repeatedIn(answer), strangersIn(answer, name)]
  return [
    ...(twice.length === 0 ? [] : [`, more than once ${setText(twice)}`]),
    ...(strangers.length === 0 ? [] : [`, under another name ${setText(strangers)}`]),
  ].join('')
}

function strangersIn(answer: DnsAnswer, name: string): string[] {
  const aliases = answer.answers.flatMap((one) => (one.type === 'CNAME' && 'text' in one ? [fold(one.text)] : []))
  const known = new Set([fold(name), ...aliases])
  return answer.answers.map((one) => one.name).filter((owner) => !known.has(owner))
}

function repeatedIn(answer: DnsAnswer): string[] {
  const known = new Set<string>()
  return answer.answers.flatMap(({ ttl: _, ...record }) => {
    const key = JSON.stringify(record)
    if (known.has(key)) return [dataOf(record)]
    known.add(key)
    return []
  })
}

/** What a record holds, without its owner and its TTL. */
export function dataOf(record: Untimed<DnsRecord>): string {
  if ('address' in record) return record.address
  return 'target' in record ? `${record.target}:${record.port}` : record.text
}

/** The hop before DNS: the ready endpoints of all the Service's slices are the addresses of its published pods. */
export function slicesHoldPods(snapshot: Snapshot, service: string, family: Family): Observation {
  const expected = expectedAddresses(snapshot, service, family)
  const seen = sliceAddresses(snapshot, service, family)
  return {
    vantage: 'API',
    backend: `EndpointSlices of ${service}`,
    hop: 'EndpointSlice',
    verdict: sameSet(expected, seen) ? 'conformant' : 'non-conformant',
    expected: `ready ${setText(expected)}`,
    observed: `ready ${setText(seen)}`,
  }
}

/** The same in each family that the Service has. */
export function allSlicesHoldPods(snapshot: Snapshot, service: string): Observation[] {
  return familiesOf(serviceNamed(snapshot, service)).map((family) => slicesHoldPods(snapshot, service, family))
}
