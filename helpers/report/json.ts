import * as z from 'zod'
import { type ConformanceReport, hops, type RequirementRecord, type RunRecord } from './record.ts'
import { withoutSecrets } from './secrets.ts'
import { totalsOf } from './verdict.ts'

/** Names the format; a change that breaks a reader gets another number. */
export const schemaId = 'rollcall.dev/conformance/v1'

const verdict = z.enum(['conformant', 'non-conformant', 'inconclusive', 'not-applicable'])
const hop = z.enum(hops)
const time = z.iso.datetime()
const duration = z.number().nonnegative()
const count = z.int().nonnegative()

const observation = z.object({
  vantage: z.string().meta({ description: 'Where the look was taken from: a node, or API' }),
  backend: z.string().meta({ description: 'The server asked; empty where there is none' }),
  hop,
  verdict,
  expected: z.string(),
  observed: z.string(),
})

const requirement = z.object({
  id: z.string().min(1),
  level: z.enum(['MUST', 'SHOULD']),
  title: z.string(),
  spec: z.string(),
  area: z.string(),
  verdict,
  reason: z.string().meta({ description: 'One sentence; empty when everything was seen and conformant' }),
  hop: hop.exactOptional().meta({ description: 'The first hop that disagrees; absent unless non-conformant' }),
  started: time.exactOptional().meta({ description: 'Absent when the test never began' }),
  seconds: duration,
  propagation: z
    .object({ ms: z.array(duration) })
    .exactOptional()
    .meta({
      description:
        'Milliseconds from each change that the test has made to the end of the first look that saw it everywhere',
    }),
  evidence: z.array(z.string()),
  observations: z.array(observation),
})

const run = z.object({
  id: z.string(),
  started: time,
  finished: time,
  seconds: duration,
  command: z.string(),
  exit: count.max(255),
  problems: z.array(z.string()).meta({ description: 'What went wrong in set-up and clean-up, one sentence each' }),
  interrupted: z.boolean(),
  strict: z.boolean().exactOptional().meta({ description: 'Whether a SHOULD that is not kept counts as broken' }),
})

const conformance = z
  .object({
    schema: z.literal(schemaId),
    run,
    cluster: z.record(z.string(), z.unknown()).meta({ description: 'Facts of the cluster, as they were learned' }),
    requirements: z.array(requirement),
    totals: z.object({ conformant: count, 'non-conformant': count, inconclusive: count, 'not-applicable': count }),
  })
  .meta({ title: 'Result of a Rollcall run' }) satisfies z.ZodType<ConformanceReport>

export interface ReportParts {
  readonly run: RunRecord
  readonly cluster: Readonly<Record<string, unknown>>
  readonly records: readonly RequirementRecord[]
}

/** Builds the report that every format is written from: ordered by area, id and title, free of secrets. */
export function conformanceReport({ run, cluster, records }: ReportParts): ConformanceReport {
  const requirements = records.toSorted(
    (a, b) => compared(a.area, b.area) || compared(a.id, b.id) || compared(a.title, b.title),
  )
  return withoutSecrets({ schema: schemaId, run, cluster, requirements, totals: totalsOf(records) })
}

/** The text of `conformance.json`. Throws when the report does not fit its schema: that is a mistake of ours. */
export function conformanceJson(report: ConformanceReport): string {
  const text = JSON.stringify(report, undefined, 2)
  const checked = conformance.safeParse(JSON.parse(text))
  if (!checked.success)
    throw new Error(`the report does not fit its schema: ${z.prettifyError(checked.error).replaceAll(/\s+/g, ' ')}`)
  return `${text}\n`
}

/** Reads a `conformance.json` of this or another run. */
export function parseConformance(text: string): ConformanceReport {
  return conformance.parse(JSON.parse(text))
}

/** The JSON Schema of `conformance.json`. Unknown fields are allowed, so that a later field breaks no reader. */
export function conformanceJsonSchema(): unknown {
  return z.toJSONSchema(conformance, { io: 'input' })
}

/** By code unit: the order of a file is the same on every machine, whatever its locale. */
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
