import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import { outcomeText, reaches } from './connections.ts'

/** What Pods were sent and had to say again, and what came of dialling them from the same vantages with next to nothing. */
export interface Echoed {
  readonly sent: string
  readonly echoes: readonly HttpSighting[]
  readonly small: readonly HttpSighting[]
}

/**
 * A connection carries what many packets hold, there and back (Kubernetes network model: Pods talk to all others). A tunnel that
 * takes less than its ends believe, where nothing tells them, lets every small exchange through and none of these; so silence means
 * something only where a small one has just been answered. Who is not reached at all is for those to judge who judge that.
 */
export function carriesWhole(
  { sent, echoes, small }: Echoed,
  podAt: (address: string) => string | undefined,
): Observation[] {
  return echoes.map((echoed): Observation => {
    const { vantage, address, outcome } = echoed
    const pod = podAt(address) ?? 'no Pod'
    const about = { ...reaches(echoed, pod), expected: `${pod} says again the ${sent.length} bytes that it is sent` }
    if (outcome.kind === 'lost') return about
    const twin = small.find((one) => one.vantage.node === vantage.node && one.address === address)
    if (twin === undefined) return { ...about, verdict: 'inconclusive', observed: 'nobody has tried it with less' }
    const reached = reaches(twin, pod)
    if (reached.verdict === 'inconclusive') return { ...about, verdict: 'inconclusive', observed: reached.observed }
    if (reached.verdict !== 'conformant')
      return { ...about, verdict: 'not-applicable', observed: `not reached with less either: ${reached.observed}` }
    if (outcome.kind !== 'answer')
      return { ...about, observed: `${outcomeText(outcome)}, and answers one packet at once` }
    const back = outcome.echo ?? ''
    const isWhole = about.verdict === 'conformant' && back === sent
    const observed = `${outcomeText(outcome)} says ${back === sent ? 'all of them' : `${back.length} bytes that differ`}`
    return { ...about, verdict: isWhole ? 'conformant' : 'non-conformant', observed }
  })
}
