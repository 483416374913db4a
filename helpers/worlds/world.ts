import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { messageOf, Problem } from '../errors.ts'
import type { Tape } from '../eyes/tape.ts'
import { type Hop, hops, type RequirementRecord, type Verdict } from '../report/record.ts'
import { withoutSecrets } from '../report/secrets.ts'
import type { RollContext, SharedRoll } from '../roll.ts'
import { intern, resolve } from './intern.ts'

/** Raised when what a world holds is no longer read as before. */
const schema = 1

/** What one requirement was seen to be, and all that it was judged by. */
export interface RecordedRequirement {
  readonly verdict: Verdict
  readonly hop?: Hop
  readonly reason: string
  /** Empty where the requirement could not be looked at. */
  readonly tape: Tape
}

/** One cluster as the whole suite has seen it. Holds no secret. */
export interface World {
  /** The mutant or the odd cluster; `sound` where nothing was changed. */
  readonly id: string
  readonly roll: SharedRoll
  readonly requirements: Readonly<Record<string, RecordedRequirement>>
}

const file = z.object({
  schema: z.literal(schema),
  id: z.string(),
  values: z.array(z.unknown()),
  root: z.unknown(),
})

const content = z.object({
  roll: z.object({
    facts: z.looseObject({}),
    sets: z.array(z.looseObject({ set: z.string(), namespace: z.string() })),
    vantages: z.array(z.looseObject({ node: z.string() })),
    servers: z.record(z.string(), z.array(z.looseObject({ role: z.string() }))),
    nodeVantages: z.looseObject({ seen: z.boolean() }),
    imagesFrom: z.string().optional(),
  }),
  requirements: z.record(
    z.string(),
    z.object({
      verdict: z.enum(['conformant', 'non-conformant', 'inconclusive', 'not-applicable']),
      hop: z.enum(hops).optional(),
      reason: z.string(),
      tape: z.record(z.string(), z.array(z.looseObject({}))),
    }),
  ),
})

/**
 * Puts together what a run has recorded. Of what the run knows, the credentials are left out; in what it has seen, those are blanked
 * that are known by their shape.
 */
export function worldOf(
  id: string,
  { facts, sets, vantages, servers, nodeVantages, imagesFrom }: RollContext,
  records: readonly RequirementRecord[],
  recordings: ReadonlyMap<string, Tape>,
): World {
  const requirements = records.map(({ id: requirement, verdict, hop, reason }): [string, RecordedRequirement] => [
    requirement,
    { verdict, ...(hop === undefined ? {} : { hop }), reason, tape: recordings.get(requirement) ?? {} },
  ])
  const inOrder = requirements.sort(([a], [b]) => (a < b ? -1 : 1))
  const roll = { facts, sets, vantages, servers, nodeVantages, imagesFrom }
  return withoutSecrets({ id, roll, requirements: Object.fromEntries(inOrder) })
}

/** Writes a world to a file, and its folder where there is none. The same world is the same bytes. */
export async function writeWorld(path: string, { id, roll, requirements }: World): Promise<void> {
  const text = JSON.stringify({ schema, id, ...intern(JSON.parse(JSON.stringify({ roll, requirements }))) })
  await mkdir(dirname(path), { recursive: true })
  // Node's gzip leaves the time in the header at zero.
  await writeFile(path, gzipSync(text, { level: 9 }))
}

/** @throws Problem where the file is no world, or one of another time. */
export async function readWorld(path: string): Promise<World> {
  try {
    const { id, ...interned } = file.parse(JSON.parse(gunzipSync(await readFile(path)).toString('utf8')))
    const world = resolve({ values: interned.values, root: interned.root })
    content.parse(world)
    return { id, ...(world as Omit<World, 'id'>) }
  } catch (error) {
    const text = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', '; ') : messageOf(error)
    throw new Problem(`${path} is no recorded world of this version (${text}); record it again.`, { cause: error })
  }
}
