import type { DnsAnswer } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { judgeSightings } from './dns-sightings.ts'
import { canonical, expectedAddresses, type Family, readyEndpoints, sameSet, setText, slicesOf } from './truth.ts'

/** The addresses in the answer section, of whichever owner name: a chain of CNAMEs may lead to them. */
export function addressesIn(answer: DnsAnswer): string[] {
  return answer.answers.flatMap((record) => ('address' in record ? [record.address] : []))
}

/**
 * Every answer holds exactly these addresses (DNS specification 2.3.1, 2.4.1). A truncated datagram may hold fewer: it
 * sends the client to TCP, where the whole set is judged.
 */
export function answersExactly(sightings: readonly Sighting[], addresses: readonly string[]): Observation[] {
  const expected = `NOERROR ${setText(addresses)}`
  return judgeSightings(sightings, expected, (answer, { transport }) => {
    const seen = addressesIn(answer)
    const partly = transport === 'udp' && answer.truncated && seen.every((one) => addresses.includes(one))
    const right = answer.rcode === 'NOERROR' && (partly || sameSet(seen, addresses))
    return { right, expected, observed: `${answer.rcode} ${setText(seen)}${answer.truncated ? ' truncated' : ''}` }
  })
}

/** The hop before DNS: the ready endpoints of all the Service's slices are the addresses of its published pods. */
export function slicesHoldPods(snapshot: Snapshot, service: string, family: Family): Observation {
  const expected = expectedAddresses(snapshot, service, family)
  const seen = readyEndpoints(slicesOf(snapshot, service, family)).flatMap((one) => one.addresses.map(canonical))
  return {
    vantage: 'API',
    backend: `EndpointSlices of ${service}`,
    hop: 'EndpointSlice',
    verdict: sameSet(expected, seen) ? 'conformant' : 'non-conformant',
    expected: `ready ${setText(expected)}`,
    observed: `ready ${setText(seen)}`,
  }
}
