import type { Observation } from '../report/record.ts'
import type { History } from '../stage/history.ts'
import type { PodMark } from '../target/pod-mark.ts'
import { judgedOf, ordinalOf, type Range, stepsOf, told } from './order.ts'

/** Whether a Pod runs, is to stay, and is not Ready. */
export function isRunningUnready(mark: PodMark | undefined): boolean {
  return mark !== undefined && mark.phase === 'Running' && !mark.ready && !mark.leaving
}

/**
 * That one Pod ran and was not Ready before the other came or began to go: without that, to wait until it runs and to wait
 * until it is Ready are the same.
 */
export function runsUnready(history: History, pod: string, other: string): Observation[] {
  const turn = stepsOf(history).findIndex(({ mark, before }) => {
    return mark.name === other && (!before.has(other) || mark.leaving || mark.type === 'DELETED')
  })
  const events = turn < 0 ? history.events : history.events.slice(0, turn)
  const seen = events.some((one) => one.name === pod && isRunningUnready(one))
  const expected = `${pod} runs and is not Ready`
  const observation = told(pod, true, expected, seen ? expected : 'it was not seen so')
  return judgedOf(history, [seen ? observation : { ...observation, verdict: 'inconclusive' }])
}

/**
 * A Pod counts as available `seconds` after it has become Ready, and only then the next is created (minReadySeconds). The
 * controller counts from the whole second that the API keeps, by its own clock (kubernetes `pkg/api/v1/pod`,
 * IsPodAvailable), and the API server dates the next Pod by its own, which may be a second behind. We may be late to hear of
 * either: a wait is too short only by the API's times and by ours.
 */
export function createdAfter(history: History, range: Range, seconds: number): Observation[] {
  const judged = stepsOf(history)
    .filter(({ mark }) => mark.type === 'ADDED' && ordinalOf(mark.name) > range.first)
    .flatMap(({ mark }) => {
      const previous = `${range.set}-${ordinalOf(mark.name) - 1}`
      const ready = history.events.find((one) => one.name === previous && one.ready)
      if (ready === undefined || ready.at > mark.at) return []
      const waited = Math.max(mark.at - ready.at, Date.parse(mark.created) - Date.parse(ready.turned)) / 1000
      const expected = `${mark.name} is created ${seconds} s after ${previous} is Ready, or up to 1 s earlier`
      return [
        told(mark.name, waited >= seconds - 1, expected, `${mark.name} is created ${waited.toFixed(1)} s after it`),
      ]
    })
  return judgedOf(history, judged)
}
