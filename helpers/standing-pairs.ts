import type { Lookout } from './look.ts'
import { ofFixture } from './matchers/upgrade/of-fixture.ts'
import { readFixtures } from './stage/fixture.ts'
import type { SetName } from './stage/sets.ts'
import type { Besides, Snapshot } from './stage/snapshot.ts'
import type { StageView } from './stage-view.ts'

/** A set that stands, as it was and as it is: what belongs to its fixture alone. */
export interface StandingPair {
  readonly set: SetName
  readonly stage: StageView
  readonly before: Snapshot
  readonly now: Snapshot
}

/** Looks at all sets that stand since before an upgrade, side by side. */
export async function standingPairs(lookout: Lookout, ...besides: readonly Besides[]): Promise<StandingPair[]> {
  const { upgrade } = lookout
  const pairs = (['upgrade', 'upgrade-redis'] as const).map(async (kind): Promise<StandingPair[]> => {
    const set = upgrade.standing(kind)
    if (set === undefined) return []
    const [stage, written] = [lookout.stage(kind), readFixtures(set)]
    const now = ofFixture(await stage.snapshot(...besides), written)
    return [{ set, stage, before: ofFixture(upgrade.snapshot(kind), written), now }]
  })
  return (await Promise.all(pairs)).flat()
}
