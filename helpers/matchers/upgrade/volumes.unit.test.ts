import { describe, expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import type { Claim } from '../../target/objects.ts'
import { soundSnapshot } from '../snapshot-sample.ts'
import { claimsSurvive, marksSurvive } from './volumes.ts'

const claim = (uid: string, volumeName: string, phase = 'Bound'): Claim =>
  ({ metadata: { name: 'data-up-kv-0', uid }, spec: { volumeName }, status: { phase } }) as Claim
const before = { ...soundSnapshot, claims: [claim('a', 'pv-1')] }
const kept = [{ pod: 'up-kv-0', text: 'abc\n' }]

describe('up.volumes', () => {
  test('acquits the same claim with the same volume', () => {
    expect(judge(claimsSurvive(before, before)).verdict).toBe('conformant')
  })

  test.each([
    ['another claim', [claim('b', 'pv-1')]],
    ['another volume', [claim('a', 'pv-2')]],
    ['one that has lost its volume', [claim('a', 'pv-1', 'Lost')]],
    ['none', []],
  ])('convicts %s', (_, claims) => {
    expect(judge(claimsSurvive(before, { ...before, claims }))).toMatchObject({ verdict: 'non-conformant', hop: 'pod' })
  })

  test('reads what was written, and blames nobody where it could not', () => {
    const sighting = (outcome: Parameters<typeof marksSurvive>[1][number]['outcome']) => [{ pod: 'up-kv-0', outcome }]
    expect(judge(marksSurvive(kept, sighting({ kind: 'text', text: 'abc' }))).verdict).toBe('conformant')
    expect(judge(marksSurvive(kept, sighting({ kind: 'text', text: '' }))).verdict).toBe('non-conformant')
    expect(judge(marksSurvive(kept, sighting({ kind: 'missing' }))).verdict).toBe('non-conformant')
    expect(judge(marksSurvive(kept, sighting({ kind: 'lost', reason: 'exec broke' }))).verdict).toBe('inconclusive')
    expect(judge(marksSurvive(kept, [])).verdict).toBe('inconclusive')
  })
})
