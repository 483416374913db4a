import * as z from 'zod'
import type { CanaryEntry } from '../upgrade/journal.ts'
import { secondsMissed, type Watched } from '../upgrade/watched.ts'
import { type Looked, lengthOf, type Window, windowKinds } from '../upgrade/window.ts'
import { spreadOf } from './spread.ts'

const seconds = z.number().nonnegative()
const count = z.int().nonnegative()

/** How figures are spread, in seconds. */
export const spreadSchema = z.object({ min: seconds, median: seconds, p99: seconds, max: seconds })

/** The steps of a canary, in their order. */
export const canarySteps = ['ready', 'sliced', 'answered', 'direct', 'virtual', 'gone'] as const

/** What a fixture that stood meanwhile saw of a sound cluster. */
export const soakedWatchSchema = z.object({
  seconds: seconds.meta({ description: 'How long it was watched' }),
  looks: count.meta({ description: 'Looks of all nodes at all targets that could be judged' }),
  missed: count.meta({ description: 'Seconds in which a node did not look, of all nodes together' }),
  windows: z
    .array(
      z.object({
        kind: z.enum(windowKinds),
        count,
        excused: count.meta({ description: 'Those of them that may be so at their time' }),
        seconds: spreadSchema.meta({ description: 'How long they lasted' }),
      }),
    )
    .meta({ description: 'Of every kind of wrong look; none where all were right' }),
  canaries: z.object({
    count,
    stuck: count,
    steps: z.record(z.enum(canarySteps), spreadSchema).meta({ description: 'Until the slowest node saw each step' }),
  }),
})
export type SoakedWatch = z.infer<typeof soakedWatchSchema>

/** How long what went wrong has lasted, and what came new has taken: what an upgrade is to be compared with. */
export function soakedWatch(watched: Watched, { lanes, windows }: Looked): SoakedWatch {
  const { canaries } = watched
  return {
    seconds: (watched.to - watched.from) / 1000,
    looks: lanes.reduce((sum, { tally }) => sum + tally.good + tally.bad + tally.excused, 0),
    missed: secondsMissed(watched),
    windows: windowKinds.map((kind) => {
      const own = windows.filter((one) => one.kind === kind)
      const excused = own.filter((one) => one.excuse !== undefined).length
      return { kind, count: own.length, excused, seconds: spreadOf(own.map(secondsOf)) }
    }),
    canaries: {
      count: canaries.length,
      stuck: canaries.filter((one) => one.stuck !== undefined).length,
      steps: Object.fromEntries(
        canarySteps.map((step) => [step, spreadOf(canaries.flatMap((one) => timeOf(one, step) ?? []))]),
      ) as SoakedWatch['canaries']['steps'],
    },
  }
}

function secondsOf(window: Window): number {
  return lengthOf(window) / 1000
}

/** Seconds until a canary's step had come about everywhere; undefined where it had not. */
function timeOf(canary: CanaryEntry, step: (typeof canarySteps)[number]): number | undefined {
  const told = canary[step] ?? {}
  const times = typeof told === 'number' ? [told] : Object.values(told)
  return times.length === 0 ? undefined : Math.max(...times) / 1000
}
