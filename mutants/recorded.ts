import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { readWorld, type World } from '../helpers/worlds/world.ts'
import { mutants, oddClusters } from './catalogue.ts'
import type { MatrixRow } from './kill-matrix.ts'
import { judgeMutant, judgeOdd } from './outcome.ts'
import { worldsFolder } from './recording.ts'

/** What the suite made of each case that is recorded, in the order of the catalogue. @throws Problem for a file that is no world. */
export async function recordedRows(folder = worldsFolder): Promise<MatrixRow[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json.gz'))
  const worlds = new Map(
    (await Promise.all(files.map((file) => readWorld(join(folder, file))))).map((one) => [one.id, one]),
  )
  return [
    ...mutants.map((one) => rowOf(one.id, worlds, (records) => judgeMutant(one, records))),
    ...oddClusters.map((one) => rowOf(one.id, worlds, (records) => judgeOdd(one, records))),
  ].flat()
}

function rowOf(
  id: string,
  worlds: ReadonlyMap<string, World>,
  judge: (records: readonly RequirementRecord[]) => Pick<MatrixRow, 'outcome' | 'requirements'>,
): MatrixRow[] {
  const world = worlds.get(id)
  if (world === undefined) return []
  const asked = Object.keys(world.requirements)
  // Of a record, a verdict on the case takes no more than what a world keeps.
  const records = Object.entries(world.requirements).map(([name, one]) => ({ ...one, id: name }))
  const { outcome, requirements } = judge(records as unknown as readonly RequirementRecord[])
  return [{ id, outcome, requirements, asked }]
}
