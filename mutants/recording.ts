import { join } from 'node:path'
import type { RecordCollector } from '../helpers/report/collector.ts'
import type { RollContext } from '../helpers/roll.ts'
import { worldOf, writeWorld } from '../helpers/worlds/world.ts'

/** Holds a world for each case of the catalogue, and `sound`, the cluster of which nothing was changed. */
export const worldsFolder = join(import.meta.dirname, 'worlds')

/** Keeps what the suite has seen of a case, if `roll` said that it was to be recorded. */
export async function recordWorld(id: string, roll: RollContext, collector: RecordCollector): Promise<void> {
  const world = worldOf(id, roll, collector.records(), collector.recordings())
  await writeWorld(join(worldsFolder, `${id}.json.gz`), world)
}
