import type { Sighting } from '../probes/dns/outcome.ts'
import type { InsideSighting, Lookup } from '../probes/inside.ts'
import type { Hop, Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { ResolverConfig } from '../target/resolver.ts'
import { noAddress } from './absence.ts'
import { answersExactly } from './addresses.ts'
import { canonical, expectedAddresses, familiesOf, familyOf, sameSet, serviceNamed, setText } from './truth.ts'

/** A name as a program asks for it, the absolute name that is meant, and the addresses that it stands for. */
export interface Wanted {
  readonly name: string
  readonly means: string
  readonly addresses: readonly string[]
}

/** What DNS says of one absolute name, to each of the questions that a C library asks. */
export interface Asked {
  readonly name: string
  readonly sightings: readonly Sighting[]
}

/** The addresses that a Service's name stands for: its own, or those of its published Pods. */
export function addressesOf(snapshot: Snapshot, name: string): string[] {
  const service = serviceNamed(snapshot, name)
  const own = service.spec?.clusterIPs ?? []
  if (own[0] !== 'None') return own.map(canonical)
  return familiesOf(service).flatMap((family) => expectedAddresses(snapshot, name, family))
}

/**
 * The absolute names that a sound C library asks for, in order, until it comes to the one that is meant: the search list
 * first, since all our names that are judged have fewer dots than `ndots` or need none (resolver(3)). `first` is how the list has to begin;
 * what the Pod's own list holds besides comes after it.
 */
export function askedFor({ name, means }: Wanted, first: readonly string[], { search }: ResolverConfig): string[] {
  const domains = [...new Set([...first, ...search])]
  const names = name.endsWith('.') ? [means] : [...domains.map((one) => `${name}.${one}`), name]
  const end = names.indexOf(means)
  return end === -1 ? [means] : names.slice(0, end + 1)
}

/**
 * What the C library of a Pod has made of each name. One with as many dots as `ndots` of the Pod is asked for as it is, and musl then
 * searches no more: where admission has given the Pod fewer of them, nobody has to find it.
 */
export function lookedUp(wanted: readonly Wanted[], sighting: InsideSighting, ndots: number): Observation[] {
  return wanted.map(({ name, means, addresses }) => {
    const expected = `getaddrinfo ${name}: ${setText(addresses)}`
    const about = { vantage: sighting.pod, hop: 'pod' as const, expected }
    if (!name.startsWith(means) && name.split('.').length > ndots) {
      const observed = `with ndots:${ndots}, as ${sighting.pod} is to have it, the name is taken for a whole one`
      return { ...about, backend: '', verdict: 'not-applicable', observed }
    }
    if (sighting.outcome.kind === 'lost')
      return { ...about, backend: '', verdict: 'inconclusive', observed: sighting.outcome.reason }
    const { lookups, libc } = sighting.outcome.view
    const lookup = lookups[name] ?? { kind: 'lost', reason: `nothing was printed for ${name}` }
    const judged = { ...about, backend: libc, observed: `${textOf(lookup)} in ${sighting.pod}` }
    if (lookup.kind === 'lost') return { ...judged, verdict: 'inconclusive' }
    const right = lookup.kind === 'found' && sameSet(lookup.addresses, addresses)
    return { ...judged, verdict: right ? 'conformant' : 'non-conformant' }
  })
}

function textOf(lookup: Lookup): string {
  switch (lookup.kind) {
    case 'found':
      return setText(lookup.addresses)
    case 'none':
      return 'no address'
    case 'timeout':
      return `no answer within ${lookup.after / 1000} s`
    case 'lost':
      return lookup.reason
  }
}

/** What DNS itself says of the names that a lookup leads over: nothing before the one that is meant, which is as it should be. */
export function dnsOnTheWay({ means, addresses }: Wanted, asked: readonly Asked[]): Observation[] {
  const presence = asked.find((one) => one.name === means)?.sightings ?? []
  return asked.flatMap(({ name, sightings }) =>
    name === means
      ? sightings.flatMap((one) => {
          const family = one.question.type === 'A' ? 'IPv4' : 'IPv6'
          return answersExactly(
            [one],
            addresses.filter((address) => familyOf(address) === family),
          )
        })
      : noAddress(sightings, presence, () => []),
  )
}

/**
 * A lookup that failed, and where: at DNS if that says otherwise than it should, on the way to it if it is silent for the
 * Pod alone, and else in the Pod, whose own files lead astray.
 */
export function blameLookup(lookup: Observation, dns: readonly Observation[]): Observation[] {
  const astray = dns.filter((one) => one.verdict === 'non-conformant')
  const silent = lookup.observed.startsWith('no answer')
  const hop: Hop = astray.length > 0 ? 'node resolver' : silent ? 'data path' : 'pod'
  return [{ ...lookup, hop }, ...astray]
}
