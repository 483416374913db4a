import type { Observation } from '../report/record.ts'
import type { DnsService } from '../target/dns-service.ts'
import type { Seen } from '../target/seen.ts'
import { isOfSilence } from './dns-sightings.ts'

/**
 * What DNS backends there are to ask, beside observations of DNS: one that says why none is in sight, or that there is
 * none, which is then the one cause of all that the resolver does not answer.
 */
export function backendsInSight(service: Seen<DnsService>, observations: readonly Observation[]): Observation[] {
  if (!observations.some((one) => one.hop === 'node resolver')) return []
  const about = { vantage: 'API', backend: '', hop: 'DNS backend' as const }
  if (!service.seen)
    return [
      {
        ...about,
        verdict: 'not-applicable',
        expected: 'each backend asked',
        observed: `DNS backends: ${service.reason}`,
      },
    ]
  const { namespace, name, backends } = service.value
  if (backends.length > 0) return []
  const expected = `a ready endpoint of the DNS Service ${namespace}/${name}`
  // What a resolver answers, right or wrong, comes from somebody.
  const isAnswer = (one: Observation): boolean =>
    one.verdict === 'conformant' || (one.verdict === 'non-conformant' && !isOfSilence(one))
  const resolversAnswer = observations.every((one) => one.hop !== 'node resolver' || isAnswer(one))
  return [
    resolversAnswer
      ? { ...about, verdict: 'not-applicable', expected, observed: 'none when the run began, but resolvers answer' }
      : { ...about, verdict: 'non-conformant', expected, observed: 'none' },
  ]
}
