import type { History } from '../stage/history.ts'
import type { PodMark } from '../target/pod-mark.ts'

type State = 'pending' | 'running' | 'ready' | 'leaving' | 'ended'

const states: Readonly<Record<State, Partial<PodMark>>> = {
  pending: { phase: 'Pending' },
  running: { phase: 'Running' },
  ready: { phase: 'Running', ready: true },
  leaving: { phase: 'Running', ready: true, leaving: true },
  ended: { phase: 'Succeeded', leaving: true, ended: true },
}

/** What an event said of the Pod `db-<ordinal>`: its `life` counts the Pods of that name. */
export function sampleMark(
  type: PodMark['type'],
  ordinal: number,
  state: State,
  {
    life = 1,
    revision = 'old',
    at = 0,
    second = 0,
  }: { life?: number; revision?: string; at?: number; second?: number } = {},
): PodMark {
  const name = `db-${ordinal}`
  return {
    type,
    name,
    uid: `${name}-${life}`,
    version: '1',
    ready: false,
    leaving: false,
    ended: false,
    finalizers: [],
    revision,
    hostname: `${name}.db`,
    created: new Date(1000 * second).toISOString(),
    turned: new Date(1000 * second).toISOString(),
    at,
    phase: '',
    ...states[state],
  }
}

/** A Pod comes. */
export function arrival(ordinal: number, about: { life?: number; revision?: string } = {}): PodMark[] {
  return [
    sampleMark('ADDED', ordinal, 'pending', about),
    sampleMark('MODIFIED', ordinal, 'running', about),
    sampleMark('MODIFIED', ordinal, 'ready', about),
  ]
}

/** A Pod goes. */
export function departure(ordinal: number, about: { life?: number; revision?: string } = {}): PodMark[] {
  return [
    sampleMark('MODIFIED', ordinal, 'leaving', about),
    sampleMark('MODIFIED', ordinal, 'ended', about),
    sampleMark('DELETED', ordinal, 'ended', about),
  ]
}

/** Pods that are Ready before anything happens. */
export function standingBefore(...ordinals: readonly number[]): PodMark[] {
  return ordinals.map((ordinal) => sampleMark('ADDED', ordinal, 'ready'))
}

export function sampleHistory(before: readonly PodMark[], events: readonly PodMark[]): History {
  return { before, events }
}
