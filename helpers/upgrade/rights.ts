import type { EventEntry } from './journal.ts'
import type { Watched } from './watched.ts'

/** What only some may read, in the words of a journal. */
export const nodesOfCluster = 'nodes'

const subject = 'rollcall'
const refusal = (what: string): string => `may not read ${what}`
const grant = (what: string): string => `may read ${what} again`

/** Tells that a watch may not read something from now on: what happens there is not seen. */
export function refusedEvent(what: string, at: number): EventEntry {
  return { kind: 'event', at, of: 'API', subject, text: refusal(what) }
}

/** Tells that it may read that from now on: an API server that starts refuses everybody for a moment. */
export function grantedEvent(what: string, at: number): EventEntry {
  return { kind: 'event', at, of: 'API', subject, text: grant(what) }
}

/** Whether something could not be read at some moment of a time, in Unix ms. */
export function wasRefused({ events }: Watched, what: string, { from, to }: { from: number; to: number }): boolean {
  const told = events.filter((one) => one.subject === subject && [refusal(what), grant(what)].includes(one.text))
  return told.some(({ at, text }, index) => text === refusal(what) && at <= to && (told[index + 1]?.at ?? to) >= from)
}
