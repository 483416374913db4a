import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, Problem } from '../helpers/errors.ts'

/** Makes a folder of the cache, and those above it. @throws Problem where none can be made there. */
export async function makeCacheFolder(path: string): Promise<void> {
  try {
    await make(path)
  } catch (error) {
    throw new Problem(
      `The cache folder ${path} cannot be made (${messageOf(error)}); name one that you may write to with ROLLCALL_CACHE.`,
    )
  }
}

/** One at a time: `recursive` of Node 20 never ends where a file system takes no folders, such as /proc. */
async function make(path: string): Promise<void> {
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isThere) return
  const above = dirname(path)
  if (above !== path) await make(above)
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another rollcall may have been quicker; a file in its place is told by what is done in it.
    if (error.code !== 'EEXIST') throw error
  })
}
