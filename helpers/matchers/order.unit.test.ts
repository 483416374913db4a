import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { History } from '../stage/history.ts'
import type { PodMark } from '../target/pod-mark.ts'
import { arrival, departure, sampleHistory, sampleMark, standingBefore } from './history-sample.ts'
import { createdInOrder, missingAtMost, partitionKept, removedInOrder, replacedInReverse } from './order.ts'

const range = { set: 'db', first: 1 }
const fresh = { life: 2, revision: 'new' }
const up = sampleHistory(
  [],
  [1, 2, 3].flatMap((one) => arrival(one)),
)
const down = sampleHistory(
  standingBefore(1, 2, 3),
  [3, 2].flatMap((one) => departure(one)),
)
const update = sampleHistory(
  standingBefore(1, 2, 3),
  [3, 2, 1].flatMap((one) => [...departure(one), ...arrival(one, fresh)]),
)
const verdictOn = (history: History, of: (history: History) => ReturnType<typeof createdInOrder>) =>
  judge(of(history)).verdict

const judges = {
  up: (history: History) => createdInOrder(history, range),
  down: (history: History) => removedInOrder(history, range, 2),
  update: (history: History) => replacedInReverse(history, range, 3),
}

/** The history with events that change nothing, told again at any place after what they repeat. */
function repeated(history: History): fc.Arbitrary<History> {
  return fc.array(fc.nat(), { maxLength: 12 }).map((places) => {
    const events = [...history.events]
    for (const place of places) {
      const at = place % events.length
      const one = events[at]
      if (one !== undefined && one.type !== 'DELETED') events.splice(at + 1, 0, { ...one, type: 'MODIFIED' })
    }
    return { ...history, events }
  })
}

/** The history with one event told earlier than it was. */
function earlier(history: History, isIt: (mark: PodMark) => boolean, than: (mark: PodMark) => boolean) {
  const from = history.events.findIndex(isIt)
  const to = history.events.findIndex(than)
  return fc.integer({ min: 0, max: to }).map((place) => {
    const events = [...history.events]
    const [moved] = events.splice(from, 1)
    if (moved !== undefined) events.splice(place, 0, moved)
    return { ...history, events }
  })
}

describe('a history in order', () => {
  test.for(['up', 'down', 'update'] as const)('%s is acquitted, however often its events are repeated', (kind) => {
    fc.assert(
      fc.property(repeated({ up, down, update }[kind]), (history) => {
        expect(verdictOn(history, judges[kind])).toBe('conformant')
      }),
    )
  })

  test('is judged by every Pod in it', () => {
    expect(judges.up(up).map(({ backend }) => backend)).toEqual(['db-1', 'db-2', 'db-3'])
    expect(judges.down(down).map(({ backend }) => backend)).toEqual(['db-3', 'db-2'])
    expect(judges.update(update).map(({ backend }) => backend)).toEqual(['db-3', 'db-2', 'db-1'])
  })
})

describe('a history out of order', () => {
  const pods = fc.constantFrom(2, 3)

  test('is convicted wherever a Pod is created before the one before it is Ready', () => {
    const broken = pods.chain((pod) =>
      earlier(
        up,
        (one) => one.type === 'ADDED' && one.name === `db-${pod}`,
        (one) => one.ready && one.name === `db-${pod - 1}`,
      ),
    )
    fc.assert(fc.property(broken, (history) => verdictOn(history, judges.up) === 'non-conformant'))
  })

  test('is convicted wherever a Pod is deleted before the one after it is gone', () => {
    const broken = earlier(
      down,
      (one) => one.leaving && one.name === 'db-2',
      (one) => one.type === 'DELETED' && one.name === 'db-3',
    )
    fc.assert(fc.property(broken, (history) => verdictOn(history, judges.down) === 'non-conformant'))
  })

  test('is convicted wherever a Pod is replaced before the one after it is new and Ready', () => {
    const broken = fc.constantFrom(1, 2).chain((pod) =>
      earlier(
        update,
        (one) => one.leaving && one.name === `db-${pod}`,
        (one) => one.ready && one.revision === 'new' && one.name === `db-${pod + 1}`,
      ),
    )
    fc.assert(fc.property(broken, (history) => verdictOn(history, judges.update) === 'non-conformant'))
  })

  test('is convicted where a Pod is deleted while one before it leaves, and acquitted once that is back', () => {
    const first = [sampleMark('MODIFIED', 1, 'leaving')]
    const back = [...departure(1).slice(1), ...arrival(1, { life: 2 })]
    const late = sampleHistory(down.before, [...first, ...down.events, ...back])
    expect(judges.down(late)[0]).toMatchObject({
      verdict: 'non-conformant',
      observed: 'db-1 leaving when db-3 is deleted',
    })
    const patient = sampleHistory(down.before, [...first, ...back, ...down.events])
    expect(verdictOn(patient, judges.down)).toBe('conformant')
  })

  test('is convicted where a Pod is gone without having been seen leaving', () => {
    const [gone] = departure(2).slice(-1)
    const sudden = sampleHistory(down.before, gone === undefined ? [] : [gone, ...departure(3)])
    expect(judges.down(sudden)[0]?.observed).toBe('db-3 Ready when db-2 is deleted')
  })
})

describe('a history without its end', () => {
  const trouble = 'waited 45 s for a third Pod'

  test('is inconclusive as far as it is in order, and convicted where it is not', () => {
    expect(verdictOn({ ...up, events: up.events.slice(0, 4), trouble }, judges.up)).toBe('inconclusive')
    const wrong = { ...up, events: [...arrival(2)], trouble }
    expect(verdictOn(wrong, judges.up)).toBe('non-conformant')
    expect(verdictOn(sampleHistory([], []), judges.up)).toBe('inconclusive')
  })

  test('is inconclusive where a Pod was refused', () => {
    const refused = 'pods "db-2" is forbidden: exceeded quota'
    expect(judge(judges.up({ ...up, events: arrival(1), trouble, refused }))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining(refused),
    })
  })

  test('is not applicable where nobody may watch', () => {
    expect(verdictOn({ before: [], events: [], refusal: 'cannot watch' }, judges.up)).toBe('not-applicable')
  })
})

describe('partitionKept', () => {
  const judged = (...events: readonly PodMark[]) =>
    judge(partitionKept(sampleHistory(standingBefore(1, 2, 3), events), range, 2)).verdict

  test('counts from the first ordinal: the last of three Pods is new, the first comes back as it was', () => {
    expect(judged(...arrival(3, fresh), ...arrival(1, { life: 2 }))).toBe('conformant')
  })

  test('convicts a Pod before the partition that is new, and one after it that is old', () => {
    expect(judged(...arrival(3, fresh), ...arrival(2, fresh))).toBe('non-conformant')
    expect(judged(...arrival(3, fresh), ...arrival(1, fresh))).toBe('non-conformant')
    expect(judged(...arrival(3, { life: 2 }))).toBe('non-conformant')
  })
})

describe('missingAtMost', () => {
  const judged = (most: number, ...events: readonly PodMark[]) =>
    missingAtMost(sampleHistory(standingBefore(1, 2, 3), events), range, { replicas: 3, most })[0]

  test('counts Pods that leave, are gone, or are not Ready yet', () => {
    const two = [...departure(3), ...departure(2).slice(0, 1), ...arrival(3, fresh)]
    expect(judged(2, ...two)).toMatchObject({ verdict: 'conformant', observed: '2 of 3 missing' })
    expect(judged(1, ...two)?.verdict).toBe('non-conformant')
    expect(judged(1, ...update.events)?.verdict).toBe('conformant')
  })
})
