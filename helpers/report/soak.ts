import * as z from 'zod'
import type { RequirementRecord, Verdict } from './record.ts'
import { withoutSecrets } from './secrets.ts'
import { type SoakedWatch, soakedWatchSchema, spreadSchema as spread } from './soaked-watch.ts'
import { spreadOf } from './spread.ts'
import { totalsOf } from './verdict.ts'

/** Names the format; a change that breaks a reader gets another number. */
export const soakSchemaId = 'rollcall.dev/soak/v1'

const count = z.int().nonnegative()
const verdicts = z.object({ conformant: count, 'non-conformant': count, inconclusive: count, 'not-applicable': count })

const soak = z
  .object({
    schema: z.literal(soakSchemaId),
    run: z.object({
      started: z.iso.datetime(),
      finished: z.iso.datetime(),
      filters: z
        .array(z.string())
        .optional()
        .meta({ description: 'Parts of the file names of the suites that were run; absent or empty for all' }),
      asked: count.meta({ description: 'How many runs were asked for' }),
      done: count.meta({ description: 'How many came to their end; only these are counted below' }),
      exit: count.max(255),
      interrupted: z.boolean(),
      problems: z.array(z.string()),
    }),
    seconds: z.object({
      whole: spread.meta({ description: 'From choosing the cluster to the end of the clean-up' }),
      staging: spread,
      looking: spread,
    }),
    verdicts,
    requirements: z.array(
      z.object({ id: z.string(), level: z.enum(['MUST', 'SHOULD']), area: z.string(), verdicts, seconds: spread }),
    ),
    troubles: z
      .array(
        z.object({
          id: z.string(),
          verdict: z.enum(['non-conformant', 'inconclusive', 'not-applicable']),
          reason: z.string(),
          count,
        }),
      )
      .meta({ description: 'Every reason why a requirement was not conformant, the most frequent first' }),
    watched: soakedWatchSchema.optional().meta({ description: 'Only of a soak with --watch' }),
  })
  .meta({ title: 'Spread of verdicts and times over many runs' })

/** The whole of `reports/soak.json`. */
export type SoakReport = z.infer<typeof soak>

/** One run of the suite that came to its end. Times in seconds. */
export interface SoakedRun {
  readonly seconds: { readonly whole: number; readonly staging: number; readonly looking: number }
  readonly problems: readonly string[]
  readonly records: readonly RequirementRecord[]
}

/** What is known of all the runs together; times in ISO 8601, UTC. */
export interface SoakOccasion {
  readonly started: string
  readonly finished: string
  /** Parts of the file names of the suites that were run; all where there is none. */
  readonly filters?: string[]
  readonly asked: number
  readonly interrupted: boolean
  /** What went wrong outside the runs, one sentence each. */
  readonly problems: readonly string[]
  /** What a fixture saw that stood all the time, if one did. */
  readonly watched?: SoakedWatch
}

/** Counts verdicts and spreads times, over all runs and per requirement; free of secrets. */
export function soakReport(occasion: SoakOccasion, runs: readonly SoakedRun[]): SoakReport {
  const records = runs.flatMap((one) => one.records)
  const problems = [...occasion.problems, ...runs.flatMap((one) => one.problems)]
  const { watched, ...told } = occasion
  const run = { ...told, problems, done: runs.length }
  const times = (part: keyof SoakedRun['seconds']) => spreadOf(runs.map((one) => one.seconds[part]))
  return withoutSecrets({
    schema: soakSchemaId,
    run: { ...run, exit: exitOf(run, records) },
    seconds: { whole: times('whole'), staging: times('staging'), looking: times('looking') },
    verdicts: totalsOf(records),
    requirements: grouped(records, (one) => one.id).map(([first, own]) => ({
      id: first.id,
      level: first.level,
      area: first.area,
      verdicts: totalsOf(own),
      seconds: spreadOf(own.map((one) => one.seconds)),
    })),
    troubles: troublesIn(records),
    ...(watched === undefined ? {} : { watched }),
  })
}

/** The text of `soak.json`. Throws when the report does not fit its schema: that is a mistake of ours. */
export function soakJson(report: SoakReport): string {
  return `${JSON.stringify(soak.parse(report), undefined, 2)}\n`
}

/** What a soak with `--watch` has seen of a sound cluster; undefined where that is no text of such a soak. */
export function soakedWatchIn(text: string): SoakedWatch | undefined {
  try {
    return soak.safeParse(JSON.parse(text)).data?.watched
  } catch {
    return undefined
  }
}

/** The JSON Schema of `soak.json`. Unknown fields are allowed, so that a later field breaks no reader. */
export function soakJsonSchema(): unknown {
  return z.toJSONSchema(soak, { io: 'input' })
}

function troublesIn(records: readonly RequirementRecord[]): SoakReport['troubles'] {
  const troubled = records.filter((one) => one.verdict !== 'conformant')
  return grouped(troubled, (one) => JSON.stringify([one.id, one.verdict, one.reason]))
    .map(([{ id, verdict, reason }, own]) => ({
      id,
      verdict: verdict as Exclude<Verdict, 'conformant'>,
      reason,
      count: own.length,
    }))
    .sort((a, b) => b.count - a.count)
}

/** Of a sound cluster even a SHOULD is expected: 1 where anything was blamed, 2 where anything stayed open. */
function exitOf(
  run: { interrupted: boolean; asked: number; done: number; problems: string[] },
  records: readonly RequirementRecord[],
): number {
  if (run.interrupted) return 130
  const totals = totalsOf(records)
  if (totals['non-conformant'] > 0) return 1
  const open = totals.inconclusive > 0 || run.problems.length > 0 || run.done < run.asked
  return open || totals.conformant === 0 ? 2 : 0
}

/** Groups in the order of their first member, each with that member. */
function grouped(
  records: readonly RequirementRecord[],
  keyOf: (record: RequirementRecord) => string,
): [RequirementRecord, RequirementRecord[]][] {
  const groups = new Map<string, [RequirementRecord, RequirementRecord[]]>()
  for (const record of records) {
    const group = groups.get(keyOf(record))
    if (group === undefined) groups.set(keyOf(record), [record, [record]])
    else group[1].push(record)
  }
  return [...groups.values()]
}
