import type { Observation, Verdict } from '../../report/record.ts'
import type { Snapshot } from '../../stage/snapshot.ts'
import type { Claim } from '../../target/objects.ts'
import type { VolumeMark } from '../../upgrade/before.ts'
import type { MarkSighting } from '../claims.ts'
import { nameOf } from '../placed.ts'

function about(backend: string, verdict: Verdict, expected: string, observed: string): Observation {
  return { vantage: 'API', backend, hop: 'pod', verdict, expected, observed }
}

function claimText(claim: Claim | undefined): string {
  if (claim === undefined) return 'no claim'
  const { metadata, spec, status } = claim
  const leaving = metadata?.deletionTimestamp === undefined ? '' : ', which is being deleted'
  return `claim ${metadata?.uid}, ${status?.phase ?? 'no phase'}, of volume ${spec?.volumeName ?? 'none'}${leaving}`
}

/** Each claim is the one that was there before, with the volume that it had. */
export function claimsSurvive(before: Snapshot, now: Snapshot): Observation[] {
  return (before.claims ?? []).map((claim) => {
    const found = now.claims?.find((one) => nameOf(one) === nameOf(claim))
    const [expected, observed] = [claimText(claim), claimText(found)]
    return about(nameOf(claim), expected === observed ? 'conformant' : 'non-conformant', expected, observed)
  })
}

/** Each Pod finds in its volume what a Pod of its name has written there before. */
export function marksSurvive(marks: readonly VolumeMark[], sightings: readonly MarkSighting[]): Observation[] {
  return marks.map(({ pod, text }) => {
    const expected = `a file in the volume that says ${text.trim()}`
    const outcome = sightings.find((one) => one.pod === pod)?.outcome
    if (outcome === undefined) return about(pod, 'inconclusive', expected, 'nobody looked')
    if (outcome.kind === 'lost') return about(pod, 'inconclusive', expected, outcome.reason)
    if (outcome.kind === 'missing') return about(pod, 'non-conformant', expected, 'no such file')
    const right = outcome.text.trim() === text.trim()
    return about(
      pod,
      right ? 'conformant' : 'non-conformant',
      expected,
      `a file that says ${outcome.text || 'nothing'}`,
    )
  })
}
