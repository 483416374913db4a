import type { Volley } from '../probes/dns/volley.ts'
import type { Observation } from '../report/record.ts'
import { ofServer } from './dns-sightings.ts'

/** Questions out of all that a sound path may lose, on the way there or back: UDP promises nothing. */
const tolerated = 0.05

/**
 * Nearly all of many questions at once are answered by every server, to every vantage: who asks by UDP waits for five seconds
 * where one gets lost. A server that answers none is for those to judge who ask for what it says.
 */
export function fewLost(volleys: readonly Volley[]): Observation[] {
  return volleys.map(({ vantage, server, outcome }): Observation => {
    const about = { vantage, ...ofServer(server), expected: 'nearly all of many questions at once answered within 3 s' }
    if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive', observed: outcome.reason }
    const { sent, answered } = outcome
    if (answered === 0) return { ...about, verdict: 'not-applicable', observed: `none of ${sent} is answered over UDP` }
    const few = sent - answered <= tolerated * sent
    const lost = few ? '' : ': the path or the server loses datagrams'
    return {
      ...about,
      verdict: few ? 'conformant' : 'non-conformant',
      observed: `${answered} of ${sent} answered over UDP${lost}`,
    }
  })
}
