import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deciding } from '../helpers/decide.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { type Heard, Player, type Tape } from '../helpers/eyes/tape.ts'
import { TapedEyes } from '../helpers/eyes/taped.ts'
import { Lookout } from '../helpers/look.ts'
import type { Observation, RequirementMeta } from '../helpers/report/record.ts'
import { isTrouble, type Judgement, judge } from '../helpers/report/verdict.ts'
import type { SharedRoll } from '../helpers/roll.ts'
import type { SetName } from '../helpers/stage/sets.ts'
import { StageView } from '../helpers/stage-view.ts'

type Look = () => Promise<readonly Observation[]>
type Decide = (look: Look, deciding?: Pick<Deciding, 'ofSlices'>) => Promise<void>
type Body = (context: { lookout: Lookout; stage: StageView; decide: Decide }) => Promise<void>

/** A test of a suite, as it was written, without a runner around it. */
export interface Requirement {
  readonly meta: RequirementMeta
  readonly set: SetName
  readonly body: Body
}

const collected = new Map<string, Requirement>()

/**
 * What stands for `describe` and `staged` of helpers/harness.ts while suites are read: their tests are kept to be called.
 * A test file mocks the harness with it before it calls `requirements`.
 */
export const collecting = {
  describe: (_name: string, body: () => void): void => body(),
  staged:
    (set: SetName) =>
    (_name: string, { meta }: { meta: RequirementMeta }, body: Body): void => {
      collected.set(meta.id, { meta, set, body })
    },
}

const suites = join(import.meta.dirname, '..', 'suites')

/** Every requirement that a run decides, by id, in the order of files and tests: what judges upgrades is tried on journals. */
export async function requirements(): Promise<ReadonlyMap<string, Requirement>> {
  const files = (await readdir(suites, { recursive: true }))
    .filter((file) => /(?<!\.after)\.test\.ts$/.test(file))
    .sort()
  for (const file of files) await import(join(suites, file))
  return collected
}

/**
 * Calls a requirement on a tape in the place of a cluster, and judges its one look. `otherwise` tells what a look gave that
 * the tape does not hold.
 * @throws Problem where the look asks for what is not on the tape, whatever its verdict would have been.
 */
export async function replay(
  requirement: Requirement,
  roll: SharedRoll,
  tape: Tape,
  otherwise?: (key: string) => Heard | undefined,
): Promise<Judgement> {
  const player = new Player(tape, otherwise)
  const judgement = await judgementOf(requirement, roll, tape, player)
  const [missing] = player.missing
  if (missing === undefined) return judgement
  throw new Problem(
    `The recording for ${requirement.meta.id} does not hold "${missing}", which is looked at now; record again with npm run mutants -- --record.`,
  )
}

/** Ends a test that decides more than once with the first verdict that is not good, as in a run. */
class Decided extends Error {}

async function judgementOf(
  { set, body }: Pick<Requirement, 'set' | 'body'>,
  roll: SharedRoll,
  tape: Tape,
  player: Player,
): Promise<Judgement> {
  let judgement: Judgement = { verdict: 'inconclusive', reason: 'the test has decided nothing' }
  const lookout = new Lookout(roll, new TapedEyes(player.play))
  // A tape need not hold what is asked for only before somebody is blamed: then nobody is excused.
  const besides = new Lookout(roll, new TapedEyes(new Player(tape).play))
  const excused = async (all: readonly Observation[], asked: ReadonlySet<string>): Promise<readonly Observation[]> =>
    besides.unread.judged(new StageView(besides, set), all, asked).catch(() => all)
  try {
    const decide: Decide = async (look, { ofSlices = false } = {}) => {
      const observations = await lookout.withBackends(await look(), new AbortController().signal)
      judgement = judge(observations)
      if (!ofSlices && isTrouble(judgement)) judgement = judge(await excused(observations, lookout.dns.asked))
      if (isTrouble(judgement)) throw new Decided()
    }
    await body({ lookout, stage: new StageView(lookout, set), decide })
  } catch (error) {
    if (error instanceof Decided) return judgement
    // As in a run: a look that did not come to its end decides nothing.
    return { verdict: 'inconclusive', reason: messageOf(error) }
  }
  return judgement
}
