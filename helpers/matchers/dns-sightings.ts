import type { DnsAnswer } from '../probes/dns/message.ts'
import type { DnsOutcome, DnsServer, Sighting } from '../probes/dns/outcome.ts'
import type { Observation, Verdict } from '../report/record.ts'

/** What a judge says of one answer. */
export interface AnswerVerdict {
  /** `unclear` where the answer sends us on to something that we lost sight of. */
  readonly right: boolean | 'unclear'
  readonly expected: string
  readonly observed: string
}

/**
 * Judges each sighting: a broken channel is inconclusive, a server that gives no answer has not kept its word, and an
 * answer is what `judgeAnswer` says. A pod that reaches no backend at all, while its resolver answers, is one that is kept
 * from them on purpose (a NetworkPolicy): the backends are then not applicable there.
 */
export function judgeSightings(
  sightings: readonly Sighting[],
  expected: string,
  judgeAnswer: (answer: DnsAnswer, sighting: Sighting) => AnswerVerdict,
): Observation[] {
  const blocked = new Set(vantagesKeptFromBackends(sightings))
  return sightings.map((sighting) => {
    const { outcome, server, vantage } = sighting
    if (outcome.kind === 'answer') {
      const { right, ...texts } = judgeAnswer(outcome.answer, sighting)
      const verdict = right === 'unclear' ? 'inconclusive' : right ? 'conformant' : 'non-conformant'
      return observation(sighting, verdict, texts.expected, texts.observed)
    }
    if (outcome.kind === 'lost') return observation(sighting, 'inconclusive', expected, outcome.reason)
    if (server.role === 'backend' && blocked.has(vantage))
      return observation(sighting, 'not-applicable', expected, `pods on ${vantage} are kept from the DNS backends`)
    return observation(sighting, 'non-conformant', expected, describeOutcome(outcome))
  })
}

function vantagesKeptFromBackends(sightings: readonly Sighting[]): string[] {
  const vantages = [...new Set(sightings.map((one) => one.vantage))]
  return vantages.filter((vantage) => {
    const own = sightings.filter((one) => one.vantage === vantage)
    // One that we lost sight of might have been silent too, so it does not speak against the others.
    const backends = own.filter((one) => one.server.role === 'backend' && one.outcome.kind !== 'lost')
    const reached = (one: Sighting): boolean => one.outcome.kind === 'answer'
    const kept = backends.length > 0 && backends.every((one) => ['timeout', 'unreachable'].includes(one.outcome.kind))
    return kept && own.some((one) => one.server.role === 'resolver' && reached(one))
  })
}

function observation(sighting: Sighting, verdict: Verdict, expected: string, observed: string): Observation {
  const { server, transport, question, vantage } = sighting
  return {
    vantage,
    ...ofServer(server),
    verdict,
    expected: `${question.name} ${question.type}: ${expected}`,
    observed: `${observed} over ${transport.toUpperCase()}`,
  }
}

/** Which server an observation is of, and which hop that is. */
export function ofServer({ role, name, address }: DnsServer): Pick<Observation, 'backend' | 'hop'> {
  return {
    backend: name === address ? name : `${name} (${address})`,
    hop: role === 'backend' ? 'DNS backend' : 'node resolver',
  }
}

/** Whether an observation says, in the words of `describeOutcome`, that a server was not heard at all. */
export function isOfSilence({ observed }: Pick<Observation, 'observed'>): boolean {
  return /no answer within|not reachable/.test(observed)
}

/** An outcome in a few words. */
export function describeOutcome(outcome: DnsOutcome): string {
  switch (outcome.kind) {
    case 'answer':
      return `${outcome.answer.rcode} with ${outcome.answer.answers.length} records`
    case 'timeout':
      return `no answer within ${outcome.after / 1000} s`
    case 'unreachable':
      return `not reachable: ${outcome.reason}`
    case 'malformed':
      return `malformed: ${outcome.reason}`
    case 'lost':
      return outcome.reason
  }
}
