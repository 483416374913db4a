import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { PodMark } from '../target/pod-mark.ts'
import { arrival, departure, sampleHistory, sampleMark, standingBefore } from './history-sample.ts'
import { createdAtOnce, madeAgain, neverTwo, removedAtOnce, unreadyGoes } from './one-at-a-time.ts'

const next = { life: 2 }

describe('neverTwo', () => {
  const judged = (...events: readonly PodMark[]) => neverTwo(sampleHistory(standingBefore(0, 1), events))

  test('acquits a Pod that comes when the one before it has ended and is gone', () => {
    expect(judge(judged(...departure(1), ...arrival(1, next))).verdict).toBe('conformant')
  })

  test('acquits a Pod that is gone before it has run: nothing of it can be left', () => {
    const unscheduled = [sampleMark('ADDED', 2, 'pending'), sampleMark('DELETED', 2, 'pending')]
    expect(judge(judged(...unscheduled)).verdict).toBe('conformant')
  })

  test('convicts a Pod that is gone while its containers run', () => {
    const [, , gone] = departure(1)
    const forced = { ...gone, phase: 'Running', ended: false } as PodMark
    expect(judged(forced, ...arrival(1, next))[0]).toMatchObject({
      verdict: 'non-conformant',
      observed: 'db-1 is gone while it runs',
    })
  })

  test('convicts a Pod that claims the name of another, and one that comes while its namesake is there', () => {
    const [twin] = arrival(2)
    expect(judged({ ...(twin as PodMark), hostname: 'db-0.db' })[0]?.observed).toBe('db-0 is called db-0.db')
    expect(judge(judged(...arrival(1, next))).verdict).toBe('non-conformant')
  })

  test('acquits Pods that have no name in DNS', () => {
    const nameless = standingBefore(0, 1).map((one) => ({ ...one, hostname: 'idle.' }))
    const added = arrival(2).map((one) => ({ ...one, hostname: 'idle.' }))
    expect(judge(neverTwo(sampleHistory(nameless, added))).verdict).toBe('conformant')
  })
})

describe('Pods that are managed in parallel', () => {
  const created = [0, 1, 2].map((one) => sampleMark('ADDED', one, 'pending'))
  const leaving = [0, 1, 2].map((one) => sampleMark('MODIFIED', one, 'leaving'))
  const trouble = 'waited 15 s for 3 Pods'

  test('come all at once', () => {
    expect(judge(createdAtOnce(sampleHistory([], created), 'db', 3)).verdict).toBe('conformant')
    const waiting = { ...sampleHistory([], created.slice(0, 1)), trouble }
    expect(createdAtOnce(waiting, 'db', 3)[0]).toMatchObject({
      verdict: 'non-conformant',
      observed: '1 Pods of db are created while none is Ready',
    })
    const one = [0, 1, 2].flatMap((ordinal) => arrival(ordinal))
    expect(judge(createdAtOnce(sampleHistory([], one), 'db', 3)).verdict).toBe('non-conformant')
  })

  test('go all at once', () => {
    const before = standingBefore(0, 1, 2)
    expect(judge(removedAtOnce(sampleHistory(before, leaving), 'db', 3)).verdict).toBe('conformant')
    const waiting = { ...sampleHistory(before, leaving.slice(2)), trouble }
    expect(judge(removedAtOnce(waiting, 'db', 3)).verdict).toBe('non-conformant')
    const inTurn = sampleHistory(
      before,
      [2, 1, 0].flatMap((ordinal) => departure(ordinal)),
    )
    expect(judge(removedAtOnce(inTurn, 'db', 3)).verdict).toBe('inconclusive')
  })

  test('tell nothing where one was refused', () => {
    const refused = { ...sampleHistory([], created.slice(0, 1)), trouble, refused: 'exceeded quota' }
    expect(judge(createdAtOnce(refused, 'db', 3))).toMatchObject({ verdict: 'inconclusive', reason: 'exceeded quota' })
  })

  test('tell nothing where none has come', () => {
    expect(judge(createdAtOnce({ before: [], events: [], trouble }, 'db', 3))).toMatchObject({
      verdict: 'inconclusive',
      reason: trouble,
    })
  })
})

describe('madeAgain', () => {
  const failed = [sampleMark('ADDED', 0, 'pending'), { ...sampleMark('MODIFIED', 0, 'pending'), phase: 'Failed' }]
  const trouble = 'waited 15 s for another Pod'

  test('acquits another Pod of the name of one that has failed', () => {
    const events = [...failed, { ...sampleMark('DELETED', 0, 'ended') }, ...arrival(0, next)]
    expect(judge(madeAgain(sampleHistory([], events))).verdict).toBe('conformant')
  })

  test('convicts a Pod that has failed and stays', () => {
    expect(judge(madeAgain({ ...sampleHistory([], failed), trouble })).verdict).toBe('non-conformant')
  })

  test('says nothing where no Pod has failed', () => {
    expect(judge(madeAgain({ ...sampleHistory([], arrival(0)), trouble })).verdict).toBe('inconclusive')
  })
})

describe('unreadyGoes', () => {
  const unready = [0, 1, 2].map((ordinal) => sampleMark('ADDED', ordinal, 'pending'))
  const trouble = 'waited 15 s for db-2 to be leaving'

  test('acquits a Pod that was never Ready and is deleted for another template', () => {
    const leaving = { ...sampleMark('MODIFIED', 2, 'pending'), leaving: true }
    expect(judge(unreadyGoes(sampleHistory([], [...unready, leaving]), 'db-2')).verdict).toBe('conformant')
    const gone = sampleMark('DELETED', 2, 'pending')
    expect(judge(unreadyGoes(sampleHistory([], [...unready, gone]), 'db-2')).verdict).toBe('conformant')
  })

  test('convicts one that stays, also where another goes', () => {
    const other = { ...sampleMark('MODIFIED', 1, 'pending'), leaving: true }
    expect(unreadyGoes({ ...sampleHistory([], [...unready, other]), trouble }, 'db-2')).toMatchObject([
      { verdict: 'non-conformant', backend: 'db-2', observed: 'db-2 stays' },
    ])
  })

  test('says nothing where there was no such Pod, or none may be watched', () => {
    expect(judge(unreadyGoes({ ...sampleHistory([], []), trouble }, 'db-2')).verdict).toBe('inconclusive')
    const refusal = 'may not watch pods'
    expect(judge(unreadyGoes({ ...sampleHistory([], []), refusal }, 'db-2')).verdict).toBe('not-applicable')
  })
})
