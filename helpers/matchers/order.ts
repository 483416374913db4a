import type { Observation } from '../report/record.ts'
import type { History } from '../stage/history.ts'
import { follow, type PodMark, type Standing, textOf } from '../target/pod-mark.ts'

/** Which Pods of a set there are to be: `<set>-<first>` and so on. */
export interface Range {
  readonly set: string
  readonly first: number
}

/** One event, and the Pods that were there right before it. */
export interface Step {
  readonly mark: PodMark
  readonly before: Standing
}

/** Each event of a history with what stood before it, in the order in which they came. */
export function stepsOf({ before, events }: History): Step[] {
  const standing = new Map(before.map((one) => [one.name, one]))
  return events.map((mark) => {
    const step = { mark, before: new Map(standing) }
    follow(standing, mark)
    return step
  })
}

/** The moments at which somebody began to take a Pod away. */
function departuresOf(history: History): Step[] {
  return stepsOf(history).filter(({ mark, before }) => {
    const was = before.get(mark.name)
    return was !== undefined && !was.leaving && (mark.type === 'DELETED' || mark.leaving)
  })
}

/** The number at the end of a Pod's name. */
export function ordinalOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1))
}

export function told(pod: string, right: boolean, expected: string, observed: string): Observation {
  const verdict = right ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend: pod, hop: 'pod', verdict, expected, observed }
}

/** What is judged of a history, and whether the end of it is missing. Without the right to watch there is nothing to judge. */
export function judgedOf(history: History, observations: readonly Observation[]): Observation[] {
  const about = { vantage: 'API', backend: '', hop: 'pod' as const, expected: 'every event' }
  if (history.refusal !== undefined) return [{ ...about, verdict: 'not-applicable', observed: history.refusal }]
  const trouble = history.refused ?? history.trouble
  if (trouble === undefined) return [...observations]
  return [...observations, { ...about, verdict: 'inconclusive', observed: trouble }]
}

function isUp(mark: PodMark | undefined): boolean {
  return mark !== undefined && mark.phase === 'Running' && mark.ready && !mark.leaving
}

function textAt(standing: Standing, name: string): string {
  const mark = standing.get(name)
  return mark === undefined ? `no ${name}` : textOf(mark)
}

function names({ set }: Range, from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => `${set}-${from + index}`)
}

/** Of some Pods, those that are not Running, Ready and to stay; in words for a reader. */
function downAmong(pods: readonly string[], standing: Standing): string {
  const down = pods.filter((name) => !isUp(standing.get(name))).map((name) => textAt(standing, name))
  return down.join(', ')
}

/** OrderedReady: a Pod is created only when all before it are Running and Ready (StatefulSetSpec.PodManagementPolicy). */
export function createdInOrder(history: History, range: Range): Observation[] {
  const judged = stepsOf(history)
    .filter(({ mark }) => mark.type === 'ADDED')
    .map(({ mark, before }) => {
      const down = downAmong(names(range, range.first, ordinalOf(mark.name)), before)
      const seen = down === '' ? `all before ${mark.name} are Ready` : `${down} when ${mark.name} is created`
      return told(mark.name, down === '', `all before ${mark.name} are Ready`, seen)
    })
  return judgedOf(history, judged)
}

/**
 * OrderedReady: of the surplus Pods, from the ordinal `keep` on, the highest goes first, each when the one above it is gone and
 * all below it are Running and Ready. Pods below are somebody else's to take away.
 */
export function removedInOrder(history: History, range: Range, keep: number): Observation[] {
  const judged = departuresOf(history)
    .filter(({ mark }) => ordinalOf(mark.name) >= keep)
    .map(({ mark, before }) => {
      const ordinal = ordinalOf(mark.name)
      const above = [...before.keys()].filter((name) => ordinalOf(name) > ordinal).map((name) => textAt(before, name))
      const down = downAmong(names(range, range.first, ordinal), before)
      const wrong = [...above, down].filter((text) => text !== '').join(', ')
      const expected = `none above ${mark.name}, and all below it Ready`
      return told(mark.name, wrong === '', expected, wrong === '' ? expected : `${wrong} when ${mark.name} is deleted`)
    })
  return judgedOf(history, judged)
}

/** RollingUpdate: a Pod is taken away only when all above it are of the new revision, Running and Ready. */
export function replacedInReverse(history: History, range: Range, replicas: number): Observation[] {
  const newest = history.events.findLast((one) => one.type === 'ADDED')?.revision ?? ''
  const judged = departuresOf(history)
    .filter(({ before, mark }) => before.get(mark.name)?.revision !== newest)
    .map(({ mark, before }) => {
      const above = names(range, ordinalOf(mark.name) + 1, range.first + replicas)
      const old = above.filter((name) => before.has(name) && before.get(name)?.revision !== newest)
      const wrong = [...old.map((name) => `${name} of the old revision`), downAmong(above, before)]
        .filter((text) => text !== '')
        .join(', ')
      const expected = `all above ${mark.name} are new and Ready`
      return told(mark.name, wrong === '', expected, wrong === '' ? expected : `${wrong} when ${mark.name} is deleted`)
    })
  return judgedOf(history, judged)
}

/**
 * With a partition, Pods below it are made of the revision that they had, also when somebody deletes them; all others of the
 * new one. It counts from the first ordinal of the set.
 */
export function partitionKept(history: History, range: Range, partition: number): Observation[] {
  const old = new Map(history.before.map((one) => [one.name, one.revision]))
  const judged = history.events
    .filter((one) => one.type === 'ADDED')
    .map(({ name, revision }) => {
      const isBelow = ordinalOf(name) < range.first + partition
      const expected = `${name} is of the ${isBelow ? 'old' : 'new'} revision`
      const isOld = revision === old.get(name)
      return told(name, isBelow === isOld, expected, `${name} is of the ${isOld ? 'old' : 'new'} revision`)
    })
  return judgedOf(history, judged)
}

/** While Pods are replaced, no more of them than `most` are missing at a time (RollingUpdate.maxUnavailable). */
export function missingAtMost(history: History, range: Range, { replicas, most }: { replicas: number; most: number }) {
  const own = names(range, range.first, range.first + replicas)
  const missing = stepsOf(history).map(({ before }) => own.filter((name) => !isUp(before.get(name))))
  const worst = missing.reduce((all, one) => (one.length > all.length ? one : all), [])
  const expected = `at most ${most} of ${replicas} missing`
  return judgedOf(history, [told(range.set, worst.length <= most, expected, `${worst.length} of ${replicas} missing`)])
}
