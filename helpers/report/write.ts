import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, Problem } from '../errors.ts'
import { conformanceJson } from './json.ts'
import { junitXml } from './junit.ts'
import type { ConformanceReport } from './record.ts'

/** Puts a text into a file that exists; injected by tests to stand in for a full disk. */
export type Put = (path: string, text: string) => Promise<void>

const formats: Readonly<Record<string, (report: ConformanceReport) => string>> = {
  'junit.xml': junitXml,
  'conformance.json': conformanceJson,
}

/**
 * Writes every report into `directory`, each one whole or not at all, and returns their paths. Where one cannot be written
 * the others still are; then it throws a Problem on the first.
 */
export async function writeReports(
  directory: string,
  report: ConformanceReport,
  options: { readonly put?: Put } = {},
): Promise<readonly string[]> {
  const problems: Problem[] = []
  const paths: string[] = []
  for (const [name, render] of Object.entries(formats)) {
    try {
      paths.push(await writeRendered(directory, name, () => render(report), options.put))
    } catch (error) {
      problems.push(error as Problem)
    }
  }
  const [first] = problems
  if (first !== undefined) throw first
  return paths
}

/** Writes one report into `directory`, whole or not at all, and returns its path. @throws Problem where that fails. */
export async function writeReport(directory: string, name: string, text: string): Promise<string> {
  return writeRendered(directory, name, () => text)
}

async function writeRendered(directory: string, name: string, render: () => string, put: Put = putDurably) {
  const path = join(directory, name)
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw cannotWrite(directory, error)
  })
  try {
    await replace(path, render(), put)
    return path
  } catch (error) {
    await forget(path)
    throw cannotWrite(path, error)
  }
}

/** The file is written beside its place and moved there, so that a reader never sees half of it. */
async function replace(path: string, text: string, put: Put): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await put(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await forget(temporary)
    throw error
  }
}

async function putDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Also for the report of an earlier run: left in its place, it would be taken for the result of this one. */
async function forget(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only; make it writable',
  EACCES: 'permission is denied; make it writable for this user',
  EPERM: 'the operation is not permitted; make it writable for this user',
  EEXIST: 'a file is in the place of the directory; move it away',
  ENOTDIR: 'a file is in the place of a directory; move it away',
  EISDIR: 'a directory is in the place of the file; move it away',
}

/** Without its cause: the sentence has said that already, and a printed cause would say it twice. */
export function cannotWrite(path: string, error: unknown, or = 'choose another directory for the reports'): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const remedy = remedies[code] ?? `${messageOf(error)}; mend that`
  return new Problem(`Cannot write ${path}: ${remedy}, or ${or}.`)
}
