import { open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeCacheFolder } from './folder.ts'
import { type Io, pause } from './io.ts'
import { identityOf, type ProcessIdentity, sameProcess } from './processes.ts'

/**
 * Runs `work` while holding the lock file, which names its holder; a lock whose holder is gone is taken over.
 * Another living holder is waited for, and that is said once.
 */
export async function withLock<T>(path: string, io: Io, work: () => Promise<T>): Promise<T> {
  await makeCacheFolder(dirname(path))
  let said = false
  while (!(await take(path))) {
    const holder = await readHolder(path)
    if (holder === undefined || !sameProcess(holder, identityOf(holder.pid))) {
      await rm(path, { force: true })
      continue
    }
    if (!said) io.progress(`waiting for another rollcall (process ${holder.pid}) to finish with ${path}`)
    said = true
    await pause(500, io.signal)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(JSON.stringify(identityOf(process.pid)))
    await file.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  // A lock that was made this instant may not name its holder yet.
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      await pause(50)
    }
  }
  return undefined
}
