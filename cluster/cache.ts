import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Sixteen characters that change when anything of what goes into a thing changes. */
export function keyOf(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16)
}

/**
 * Makes the file or folder `path` unless it is there: `make` writes to the path it is given, which is renamed into place when
 * it is whole. A run that was interrupted therefore leaves nothing that looks finished.
 */
export async function cached(path: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path
  const unfinished = `${path}.unfinished`
  await mkdir(dirname(path), { recursive: true })
  await rm(unfinished, { recursive: true, force: true })
  await make(unfinished)
  await rename(unfinished, path)
  return path
}
