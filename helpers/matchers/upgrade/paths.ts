import type { Hop, Observation } from '../../report/record.ts'
import { type Budget, type Budgets, failedShare, often } from '../../upgrade/budgets.ts'
import { durationText, type Lane, type LaneRole, type WindowKind } from '../../upgrade/window.ts'
import { about, judgeLanes, outlasts, type Spell, spellsOf, summaryOf, type Watch } from './spells.ts'

const failures: readonly WindowKind[] = ['unreachable', 'time-out', 'wrong answer', 'broken connection']
const unwritten: readonly WindowKind[] = ['READONLY at the master', 'no writable master']

/** Decides what may fail for a while, and hardly ever besides: one flow in twenty that leads nowhere lasts for no time at all. */
function withinBudget(
  watch: Watch,
  role: LaneRole,
  kinds: readonly WindowKind[],
  what: string,
  { ms, source }: Budget,
  hopOf?: (lane: Lane, spell: Spell) => Hop,
): Observation[] {
  const expected = `${what} for at most ${durationText(ms)} (${source}), and in at most ${failedShare * 100} % of looks where that is at ${often} times or more`
  return judgeLanes(watch, [role], expected, (lane) => {
    const spells = spellsOf(watch.looked, lane, kinds)
    const [longest] = spells
    const broken = outlasts(longest, ms) || failsOften(lane, spells)
    const told = about(lane, broken ? 'non-conformant' : 'conformant', expected, summaryOf(lane, spells))
    return longest === undefined || hopOf === undefined ? told : { ...told, hop: hopOf(lane, longest) }
  })
}

function failsOften({ tally: { good, bad } }: Lane, spells: readonly Spell[]): boolean {
  return spells.length >= often && bad > (good + bad) * failedShare
}

/** Decides up.path.direct: a Pod that is ready, on a node that is there, is reached at its own address by new connections. */
export function directWorks(watch: Watch, { direct }: Budgets): Observation[] {
  return withinBudget(watch, 'direct', failures, 'a new connection to a ready Pod fails', direct)
}

/**
 * Decides up.path.virtual: the address of a Service whose endpoints stay leads new connections to them. Where an endpoint cannot be
 * reached by itself either, at the same time, the way is to blame and not the rules.
 */
export function virtualWorks(watch: Watch, { virtual }: Budgets): Observation[] {
  const what = 'a new connection to a Service with endpoints fails'
  return withinBudget(watch, 'virtual', failures, what, virtual, ({ node }, { from, to }) => {
    const cut = watch.looked.windows.some(
      (one) => one.role === 'direct' && one.node === node && one.from <= to && one.to >= from,
    )
    // One flow here and one there fail at other moments than those that go through the Service.
    const ways = watch.looked.lanes.filter((one) => one.role === 'direct' && one.node === node)
    return cut || ways.some((one) => failsOften(one, spellsOf(watch.looked, one, failures)))
      ? 'data path'
      : 'node rules'
  })
}

/** Decides up.path.kept: a connection breaks only with who is at its ends. */
export function keptStays(watch: Watch, { direct }: Budgets): Observation[] {
  const expected = `a kept connection never breaks, and is silent for at most ${durationText(direct.ms)} (${direct.source})`
  return judgeLanes(watch, ['kept'], expected, (lane) => {
    const [broken] = spellsOf(watch.looked, lane, ['broken connection'])
    const spells = spellsOf(watch.looked, lane, failures)
    const silent = outlasts(spells[0], direct.ms)
    const told = broken === undefined ? spells : [broken, ...spells]
    return about(
      lane,
      broken !== undefined || silent ? 'non-conformant' : 'conformant',
      expected,
      summaryOf(lane, told),
    )
  })
}

/** Decides up.redis.master: the longest time in which a node found nobody who took its writes, while the master was ready. */
export function masterWritable(watch: Watch, { master }: Budgets): Observation[] {
  return withinBudget(watch, 'write', unwritten, 'a ready master takes no write', master, (_, { windows }) => {
    const [first] = windows
    if (/\((connect|timeout)\)$/.test(first?.observed ?? '')) return 'data path'
    return first?.observed.endsWith('(name)') ? 'node resolver' : 'Redis'
  })
}
