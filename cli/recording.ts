import { access, constants, mkdir, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { messageOf } from '../helpers/errors.ts'
import type { RecordCollector } from '../helpers/report/collector.ts'
import { cannotWrite } from '../helpers/report/write.ts'
import type { RollContext } from '../helpers/roll.ts'
import { worldOf, writeWorld } from '../helpers/worlds/world.ts'

const or = 'name another file with --record'

/** Finds out before anything is staged, rather than after all was seen. @throws Problem where the file cannot be written. */
export async function checkRecordable(path: string | undefined): Promise<void> {
  if (path === undefined) return
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    if (file === undefined) await access(dirname(path), constants.W_OK)
    else await file.close()
  } catch (error) {
    throw cannotWrite(path, error, or)
  }
}

/** Writes down what the suites have seen, and gives what stood in the way: that is no reason to lose the verdicts. */
export async function record(path: string, roll: RollContext, collector: RecordCollector): Promise<string[]> {
  try {
    const id = basename(path, '.json.gz')
    await writeWorld(path, worldOf(id, roll, collector.records(), collector.recordings()))
    return []
  } catch (error) {
    return [messageOf(cannotWrite(path, error, or))]
  }
}
