import type { HttpOutcome, HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'

/** Who answered a connection, or how it ended, without the milliseconds that curl adds and that are others each time. */
export function outcomeText(outcome: HttpOutcome): string {
  if (outcome.kind !== 'answer') return outcome.reason.replace(/ after \d+ (?:ms|milliseconds)\b/, '')
  return `${outcome.hostname} at ${outcome.server.address} port ${outcome.server.port}`
}

/** A connection to the address of a Pod reaches that Pod, on the port that was dialled. */
export function reaches({ vantage, address, port, outcome }: HttpSighting, pod: string): Observation {
  const about = {
    vantage: vantage.node,
    backend: `${pod} (${address})`,
    hop: 'data path' as const,
    expected: `${pod} at ${address} port ${port}`,
    observed: outcomeText(outcome),
  }
  if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive' }
  const right = outcome.kind === 'answer' && outcome.hostname === pod && outcome.server.port === port
  return { ...about, verdict: right ? 'conformant' : 'non-conformant' }
}

/** Whether nobody took a connection: it was turned away, or nothing came back. A network policy may do either. */
export function isUnanswered(outcome: HttpOutcome): boolean {
  return outcome.kind === 'failed' && outcome.how !== 'strange'
}
