import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Pod } from '../target/objects.ts'
import { addressRecord, answer, lost, sightings, silence } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { deniesNothing } from './unsynced.ts'

const running = { status: { containerStatuses: [{ state: { running: {} } }] } } as unknown as Pod
const question = { name: 'kubernetes.default.svc.cluster.local', type: 'A' } as const

describe('deniesNothing', () => {
  test.for([
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' }), 'conformant', 'conformant'],
    ['REFUSED', answer([], { rcode: 'REFUSED' }), 'conformant', 'conformant'],
    ['an address', answer([addressRecord(question.name, '10.96.0.1')]), 'conformant', 'conformant'],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'non-conformant', 'non-conformant'],
    ['NODATA', answer([]), 'non-conformant', 'non-conformant'],
    ['nothing', silence, 'inconclusive', 'conformant'],
    ['what is lost from sight', lost, 'inconclusive', 'inconclusive'],
  ] as const)('judges %s, at first and later', ([, outcome, first, later]) => {
    const seen = sightings(soundSnapshot, [question], { instead: () => outcome })
    expect([true, false].map((mayCome) => judge(deniesNothing(seen, running, mayCome)).verdict)).toEqual([first, later])
  })

  test.for([
    ['runs', { state: { running: {} } }, 'conformant', 'no answer'],
    ['has ended', { state: { terminated: { exitCode: 1 } } }, 'conformant', 'no answer'],
    [
      'ends again and again',
      { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
      'conformant',
      'no answer',
    ],
    [
      'has no image',
      { state: { waiting: { reason: 'ErrImagePull' } } },
      'inconclusive',
      'the server does not run: ErrImagePull',
    ],
  ] as const)('takes the silence of a server that %s for what it is', ([, container, verdict, observed]) => {
    const seen = sightings(soundSnapshot, [question], { instead: () => silence })
    const pod = { status: { containerStatuses: [container] } } as unknown as Pod
    for (const one of deniesNothing(seen, pod, false)) expect(one).toMatchObject({ verdict, observed })
  })

  test('says nothing of a server whose Pod tells of no container', () => {
    const seen = sightings(soundSnapshot, [question], { instead: () => silence })
    expect(judge(deniesNothing(seen, {}, false)).verdict).toBe('inconclusive')
  })
})
