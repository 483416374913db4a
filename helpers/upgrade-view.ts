import { notApplicable } from './decide.ts'
import { Problem } from './errors.ts'
import { deniedBefore } from './matchers/upgrade/denied.ts'
import type { Watch } from './matchers/upgrade/spells.ts'
import { profileOf, twinsIn } from './matchers/upgrade/twins.ts'
import { windowsOf } from './matchers/upgrade/windows.ts'
import { ofNode } from './of-node.ts'
import type { Observation } from './report/record.ts'
import type { SetName } from './stage/sets.ts'
import type { Snapshot } from './stage/snapshot.ts'
import { type Seen, seen } from './target/seen.ts'
import type { Before } from './upgrade/before.ts'
import { type Budgets, budgets } from './upgrade/budgets.ts'
import type { JournalEntry } from './upgrade/journal.ts'
import { readJournal } from './upgrade/journal-file.ts'
import type { UpgradeOffer } from './upgrade/offer.ts'
import { type Watched, watchedFrom } from './upgrade/watched.ts'

/** Journals by their path, each read and judged once in a thread: one may hold a million looks. */
const judged = new Map<string, Promise<Watch>>()

/** Reads a journal and judges every look in it. @throws Problem where it is none. */
export async function judgeJournal(path: string, before: Before): Promise<Watch> {
  const known = judged.get(path) ?? readAndJudge(path, before)
  judged.set(path, known)
  return known
}

async function readAndJudge(path: string, before: Before): Promise<Watch> {
  const entries: JournalEntry[] = []
  for await (const entry of readJournal(path)) entries.push(entry)
  const watched = watchedFrom(entries)
  const nameserversOf = (node: string): readonly string[] | undefined => ofNode(before.facts.dns.nameservers, node)
  const givens = { twinOf: twinsIn(before), nameserversOf, denied: deniedBefore(before) }
  return { watched, looked: windowsOf(watched, givens) }
}

/** An upgrade, as a suite sees it: what was before, and what was watched meanwhile. */
export class UpgradeView {
  readonly #offer: UpgradeOffer

  constructor(offer: UpgradeOffer) {
    this.#offer = offer
  }

  get before(): Before {
    return this.#offer.before
  }

  /** The set of a kind that stands: of the replicated ones it is the one that was staged. */
  standing(set: SetName): SetName | undefined {
    return standingSet(this.before, set)?.set
  }

  /** What the API showed of a set before. @throws Problem where that was not recorded. */
  snapshot(set: SetName): Snapshot {
    const found = this.before.snapshots[this.standing(set) ?? set]
    if (found === undefined)
      throw new Problem(
        `What was recorded before the upgrade tells nothing of the set ${set}; record it with rollcall before.`,
      )
    return found
  }

  /** Whether what the replicated set holds is to outlive its Pods. */
  get data(): 'kept' | 'lost' {
    return this.standing('upgrade-redis') === 'upgrade-redis-kept' ? 'kept' : 'lost'
  }

  async watch(): Promise<Seen<Watch>> {
    const { journal, before } = this.#offer
    if (!journal.seen) return journal
    return seen(await judgeJournal(journal.value, before))
  }

  /** What was watched; undefined where nothing was. */
  async watched(): Promise<Watched | undefined> {
    const watch = await this.watch()
    return watch.seen ? watch.value.watched : undefined
  }

  /** Judges what was watched, by the budgets of the way in which the cluster was upgraded; not applicable where nothing was. */
  async judgeWatch(judge: (watch: Watch, budgets: Budgets) => readonly Observation[]): Promise<readonly Observation[]> {
    const watch = await this.watch()
    if (!watch.seen) return notApplicable(watch.reason)
    return judge(watch.value, budgets[profileOf(this.before, watch.value.watched)])
  }
}

/** The set of a kind that `rollcall before` has staged, and its namespace. */
export function standingSet({ sets }: Pick<Before, 'sets'>, set: SetName): Before['sets'][number] | undefined {
  return (
    sets.find((one) => one.set === set) ??
    (set === 'upgrade-redis' ? sets.find((one) => one.set === 'upgrade-redis-kept') : undefined)
  )
}
