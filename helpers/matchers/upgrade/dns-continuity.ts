import type { Observation } from '../../report/record.ts'
import { type Budgets, eachLook, lostShare } from '../../upgrade/budgets.ts'
import { backendsIn } from '../../upgrade/targets.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { durationText, type Lane, type WindowKind } from '../../upgrade/window.ts'
import { about, judgeLanes, outlasts, type Spell, spellsOf, spellText, summaryOf, type Watch } from './spells.ts'

const untrue: readonly WindowKind[] = ['wrong answer', 'NXDOMAIN', 'NODATA']
const refused: readonly WindowKind[] = ['SERVFAIL', 'REFUSED']
const silent: readonly WindowKind[] = ['time-out', 'unreachable']

/**
 * Decides up.dns.values: no server, and no resolver, tells anything but the truth for longer than its propagation takes. What a cache
 * may keep was true when it was told; what was never true has to be over as soon.
 */
export function answersTrue(watch: Watch, { values }: Budgets): Observation[] {
  const expected = `nothing untrue for longer than ${durationText(values.ms)} (${values.source})`
  return judgeLanes(watch, ['resolver', 'backend'], expected, (lane) => {
    const spells = spellsOf(watch.looked, lane, untrue)
    const verdict = outlasts(spells[0], values.ms) ? 'non-conformant' : 'conformant'
    return about(lane, verdict, expected, summaryOf(lane, spells))
  })
}

/**
 * Decides up.dns-continuity: whoever asks its resolver, and asks once more where nothing comes back, gets an answer, and is never told
 * that a name which lives is not there. Of servers behind it, what they say is judged; whether they are there is for their Service.
 */
export function dnsContinues(watch: Watch, { refusal, silence }: Budgets): Observation[] {
  const percent = lostShare * 100
  const replaced = Math.max(1, serversGone(watch.watched))
  const expected = [
    'no NXDOMAIN, NODATA or other untruth',
    `SERVFAIL or REFUSED for at most ${durationText(refusal.ms)} (${refusal.source})`,
    `silence for at most ${durationText(silence.ms)} (${silence.source}) and, after a second try, to at most ${percent} % of looks or as many seconds for each server that went`,
  ].join(', ')
  return judgeLanes(watch, ['resolver', 'backend'], expected, (lane) => {
    const [lies, refusals, silences] = [untrue, refused, silent].map((kinds) => spellsOf(watch.looked, lane, kinds))
    const { asked, lostTwice } = lane.tally
    // Silences that may be, one for each server that is replaced, are not held against the share. Nodes look each second.
    const tolerated = Math.max(asked * lostShare, (replaced * silence.ms) / eachLook)
    const isSilent = outlasts(silences?.[0], silence.ms) || lostTwice > tolerated
    const found: readonly (readonly [boolean, Spell | undefined])[] = [
      [lies?.[0] !== undefined, lies?.[0]],
      [outlasts(refusals?.[0], refusal.ms), refusals?.[0]],
      [lane.role === 'resolver' && isSilent, silences?.[0]],
    ]
    const broken = found.flatMap(([is, spell]) => (is && spell !== undefined ? [spellText(spell)] : []))
    return broken.length === 0
      ? about(
          lane,
          'conformant',
          expected,
          lookedUp(
            lane,
            [lies, refusals, silences].flatMap((one) => one ?? []),
          ),
        )
      : about(lane, 'non-conformant', expected, `${broken.join('; and ')}; ${lostText(lane)}`)
  })
}

/** How many DNS servers went while the cluster was watched. */
function serversGone({ targets }: Watched): number {
  const ids = targets.map((entry) => backendsIn(entry.targets).map((one) => one.id))
  return new Set(ids.slice(0, -1).flatMap((some, index) => some.filter((id) => !ids[index + 1]?.includes(id)))).size
}

function lostText({ tally: { asked, lostTwice } }: Lane): string {
  return `${lostTwice} of ${asked} looks without an answer to a second try`
}

function lookedUp(lane: Lane, spells: readonly Spell[]): string {
  return `${summaryOf(
    lane,
    spells.toSorted((a, b) => b.ms - a.ms),
  )}; ${lostText(lane)}`
}
