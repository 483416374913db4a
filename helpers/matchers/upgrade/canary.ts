import type { Hop, Observation } from '../../report/record.ts'
import type { CanaryEntry } from '../../upgrade/journal.ts'
import { durationText, momentText } from '../../upgrade/window.ts'
import type { Watch } from './spells.ts'

type Step = NonNullable<CanaryEntry['stuck']>['step']

const hopOfStep: Readonly<Record<Step, Hop>> = {
  create: 'Service',
  ready: 'pod',
  sliced: 'EndpointSlice',
  answered: 'DNS backend',
  direct: 'data path',
  virtual: 'node rules',
  gone: 'DNS backend',
}

const expected =
  'a new Service and a new Pod come up, are found by name and reached, and are forgotten, each step within its time'

/** Milliseconds before the end of a watch from which a canary still tells of the end: more than the steps of a slow one take. */
const lately = 180_000

/**
 * Decides up.canary: what is new works at the end of the watch. That it did not for a while, when a part of the cluster was away, is
 * told, and held against nobody. Where the last ones could not be seen, those before them do not speak for the end.
 */
export function newWorks({ watched: { canaries, to } }: Watch): Observation[] {
  const about = { vantage: 'API', backend: '', expected }
  const seen = canaries.filter((one) => one.unseen === undefined)
  const last = seen.at(-1)
  if (last === undefined) {
    const why = canaries.at(-1)?.unseen
    const observed = why === undefined ? 'no canary was let out' : `no canary could be seen: ${why}`
    return [{ ...about, hop: 'pod', verdict: 'inconclusive', observed }]
  }
  if (last.stuck === undefined && to - last.at > lately) {
    const since = canaries.at(-1)?.unseen ?? 'none could be let out'
    const observed = `none could be seen for ${durationText(to - last.at)} before the end: ${since}`
    return [{ ...about, backend: last.name, hop: 'pod', verdict: 'inconclusive', observed }]
  }
  const stuck = seen.filter((one) => one.stuck !== undefined)
  const before = stuck.filter((one) => one !== last)
  const count = `${seen.length - stuck.length} of ${seen.length} canaries came through`
  const told = before.length === 0 ? count : `${count}; earlier ${before.map(stuckText).slice(-3).join(', ')}`
  const observed = last.stuck === undefined ? `${told}; ${timesText(last)}` : `${stuckText(last)}; ${told}`
  const verdict = last.stuck === undefined ? 'conformant' : 'non-conformant'
  return [{ ...about, backend: last.name, hop: hopOf(last), verdict, observed }]
}

/** Where a canary is stuck. A resolver that lags behind all servers is to blame itself. */
function hopOf({ stuck, answered, gone }: CanaryEntry): Hop {
  if (stuck === undefined) return 'pod'
  if (stuck.step !== 'answered' && stuck.step !== 'gone') return hopOfStep[stuck.step]
  const known = Object.keys(stuck.step === 'answered' ? answered : gone)
  const servers = known.filter((one) => !isResolver(one))
  const missed = /\bresolver\b/.test(stuck.saw)
  return missed && servers.length > 0 ? 'node resolver' : 'DNS backend'
}

/** Keys are `node server`, and a resolver is called so. */
function isResolver(key: string): boolean {
  return /\bresolver\b/.test(key)
}

export function stuckText({ at, name, stuck }: CanaryEntry): string {
  return `${name} of ${momentText(at)} UTC stuck at "${stuck?.step}", where was seen ${stuck?.saw}`
}

/** How long the steps took, the slowest of each. */
export function timesText({ ready, sliced, answered, direct, virtual, gone }: CanaryEntry): string {
  const slowest = (times: Readonly<Record<string, number>>): number | undefined => {
    const all = Object.values(times)
    return all.length === 0 ? undefined : Math.max(...all)
  }
  const steps = {
    ready,
    sliced,
    answered: slowest(answered),
    direct: slowest(direct),
    virtual: slowest(virtual),
    gone: slowest(gone),
  }
  const known = Object.entries(steps).flatMap(([step, ms]) =>
    ms === undefined ? [] : [`${step} in ${durationText(ms)}`],
  )
  return `the last one ${known.join(', ') || 'told no times'}`
}
